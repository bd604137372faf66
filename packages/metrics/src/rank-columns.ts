import type { FamilyKey } from "./family.ts";
import type { Sample, SampleSink } from "./sample.ts";

/** Numbers of ranks that are kept: shares of an interval, and levels at its end. */
const SHARES = ["computeUse", "networkUse", "memoryBandwidthUse", "flopsUse", "expertUse"] as const satisfies readonly FamilyKey[];
const LEVELS = ["memoryUse", "rankKvUse"] as const satisfies readonly FamilyKey[];

export type RankFamily = (typeof SHARES)[number] | (typeof LEVELS)[number];

/** Numbers of every rank over simulated time. Plain data. */
export interface RankSeries {
  readonly ranks: number;
  /** [instants] ends of the intervals, in milliseconds; the first begins at 0, each other where the one before ends */
  readonly endMs: Float64Array;
  /** [instants × ranks] for each family that the run has */
  readonly columns: readonly { readonly family: RankFamily; readonly values: Float32Array }[];
  /** [instants × ranks] 1: the rank's replica computed nothing for a fault, at the end of the interval */
  readonly stopped: Uint8Array;
}

/** Families that a run is to be sampled for. */
export const RANK_FAMILIES: readonly FamilyKey[] = [...SHARES, ...LEVELS, "replicasDown"];

/**
 * Keeps numbers of every rank for at most `most` instants, whatever the length of the run: when there are more, each two neighbours become one, shares as their
 * mean and levels as the later. The sample at 0, before which nothing was, is left out; the last may be shorter than the others.
 */
export class RankColumns implements SampleSink {
  readonly #most: number;
  /** Samples of an instant. */
  #stride = 1;
  #count = 0;
  /** Samples of the instant that is not complete, their length, and the end of the last. */
  #open = 0;
  #openMs = 0;
  #lastMs = 0;
  #ranks = 0;
  #replicaOfRank = new Int32Array(0);
  readonly #endMs: Float64Array;
  readonly #columns: { readonly family: RankFamily; readonly isShare: boolean; readonly values: Float32Array }[] = [];
  #stopped = new Uint8Array(0);

  /** `most`: an even number. */
  constructor(most: number) {
    this.#most = most;
    this.#endMs = new Float64Array(most);
  }

  take(atMs: number, sample: Sample): void {
    if (atMs === 0) {
      this.#begin(sample);
      return;
    }
    if (this.#open === 0 && this.#count === this.#most) this.#halve();
    const ms = atMs - this.#lastMs;
    const [from, share] = [this.#count * this.#ranks, ms / (this.#openMs + ms)];
    this.#openMs += ms;
    this.#lastMs = atMs;
    for (const { family, isShare, values } of this.#columns) {
      const now = sample.of(family)!.values;
      for (let rank = 0; rank < this.#ranks; rank++) {
        const before = values[from + rank]!;
        values[from + rank] = isShare && this.#open > 0 ? before + (now[rank]! - before) * share : now[rank]!;
      }
    }
    const down = sample.of("replicasDown")?.values;
    if (down !== undefined) for (let rank = 0; rank < this.#ranks; rank++) this.#stopped[from + rank] = down[this.#replicaOfRank[rank]!]!;
    this.#endMs[this.#count] = atMs;
    this.#open++;
    if (this.#open < this.#stride) return;
    this.#open = 0;
    this.#openMs = 0;
    this.#count++;
  }

  /** What was kept, in buffers of its own. */
  series(): RankSeries {
    const instants = this.#count + (this.#open > 0 ? 1 : 0);
    const size = instants * this.#ranks;
    return {
      ranks: this.#ranks,
      endMs: this.#endMs.slice(0, instants),
      columns: this.#columns.map(({ family, values }) => ({ family, values: values.slice(0, size) })),
      stopped: this.#stopped.slice(0, size),
    };
  }

  #begin(sample: Sample): void {
    const labels = sample.of("computeUse")!.series;
    this.#ranks = labels.length;
    this.#replicaOfRank = Int32Array.from(labels, ([replica]) => Number(replica));
    const size = this.#most * this.#ranks;
    for (const family of [...SHARES, ...LEVELS])
      if (sample.of(family) !== undefined)
        this.#columns.push({ family, isShare: SHARES.some((each) => each === family), values: new Float32Array(size) });
    this.#stopped = new Uint8Array(size);
  }

  /** Makes one instant of each two. */
  #halve(): void {
    const ranks = this.#ranks;
    const half = this.#most / 2;
    for (let at = 0; at < half; at++) {
      const [to, first, second] = [at * ranks, 2 * at * ranks, (2 * at + 1) * ranks];
      for (const { isShare, values } of this.#columns)
        for (let rank = 0; rank < ranks; rank++)
          values[to + rank] = isShare ? (values[first + rank]! + values[second + rank]!) / 2 : values[second + rank]!;
      this.#stopped.copyWithin(to, second, second + ranks);
      this.#endMs[at] = this.#endMs[2 * at + 1]!;
    }
    this.#count = half;
    this.#stride *= 2;
  }
}
