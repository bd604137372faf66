import { normal, type Streams } from "@tokenyard/random";

/** Normal numbers, after which they come again. */
const NUMBERS = 1 << 12;
/** Primes: stages and micro-batches begin at different numbers. */
const OF_STAGE = 1021;
const OF_MICRO_BATCH = 389;

/** How passes with as many tokens differ. */
export interface Spread {
  /** Standard deviation, in nanoseconds, and skewness. */
  readonly sigmaNs: number;
  readonly skew: number;
}

/**
 * Random deviation of each pass: a normal number that depends on the pass's number alone, however passes are timed. Mean 0 and variance 1,
 * exactly.
 */
export class LawNoise {
  readonly #normals: Float64Array;

  constructor(streams: Streams) {
    const stream = streams.fresh("routing/law/noise");
    const normals = Float64Array.from({ length: NUMBERS }, () => normal(stream));
    let sum = 0;
    for (const z of normals) sum += z;
    let squares = 0;
    for (const z of normals) squares += (z - sum / NUMBERS) * (z - sum / NUMBERS);
    this.#normals = normals.map((z) => (z - sum / NUMBERS) / Math.sqrt(squares / NUMBERS));
  }

  /** Offset of the passes of a micro-batch on a stage. */
  static offset(stage: number, microBatch: number): number {
    return stage * OF_STAGE + microBatch * OF_MICRO_BATCH;
  }

  /**
   * Whole nanoseconds by which pass number `pass` of those from `offset` is longer than the mean: a normal number, corrected for skewness
   * (Cornish and Fisher).
   */
  ns({ sigmaNs, skew }: Spread, offset: number, pass: number): number {
    const z = this.#normals[(offset + pass) & (NUMBERS - 1)]!;
    return Math.round(sigmaNs * (z + (skew * (z * z - 1)) / 6));
  }
}
