import { ln } from "@tokenyard/random";
import { Lines } from "../../kernels/table/lines.ts";
import type { CollectiveKind, MeasuredCollective } from "./measured-traffic.ts";

/** Seconds of a collective by a network model without tables, over ranks spread evenly over nodes. */
export type ModelSeconds = (kind: CollectiveKind, bytes: number, ranks: number, nodes: number) => number;

/** Times of collectives by a network model, with and without the limits of an engine's fit. */
export interface ModelledSeconds {
  readonly whole: ModelSeconds;
  readonly unlimited: ModelSeconds;
}

/** Times of one collective by one library over as many ranks, by the logarithm of the bytes. Repeated rows count by their geometric mean. */
export class Curve {
  readonly kind: CollectiveKind;
  readonly library: string;
  readonly file: number;
  readonly ranks: number;
  readonly nodes: number;
  /** Binary logarithm of the ranks. */
  readonly doublings: number;
  /** Rising, and logarithms of the measured time and of its ratio to that of the unlimited model [rows]. */
  readonly bytes: Float64Array;
  readonly times: Float64Array;
  readonly ratios: Float64Array;
  /** Least ratio over the model without its limit. */
  readonly leastRatio: number;
  readonly mostRatio: number;
  readonly #lines: Lines;
  readonly #model: ModelledSeconds;

  /** `rows`: at least one, all of one curve. */
  constructor(rows: readonly MeasuredCollective[], model: ModelledSeconds) {
    const { kind, library, file, ranks, nodes } = rows[0]!;
    this.kind = kind;
    this.library = library;
    this.file = file;
    this.ranks = ranks;
    this.nodes = nodes;
    this.doublings = ln(ranks) / Math.LN2;
    this.#model = model;
    const sorted = [...rows].sort((a, b) => a.bytes - b.bytes || a.seconds - b.seconds);
    const sizes: number[] = [];
    const times: number[] = [];
    for (let from = 0, to = 0; from < sorted.length; from = to) {
      const { bytes } = sorted[from]!;
      let sum = 0;
      for (; sorted[to]?.bytes === bytes; to++) sum += ln(sorted[to]!.seconds);
      sizes.push(bytes);
      times.push(sum / (to - from));
    }
    this.bytes = Float64Array.from(sizes);
    this.times = Float64Array.from(times);
    this.ratios = this.times.map((time, i) => time - this.modelled("unlimited", sizes[i]!));
    const ratios = this.times.map((time, i) => time - this.modelled("whole", sizes[i]!));
    this.leastRatio = ratios.reduce((least, each) => Math.min(least, each), Number.POSITIVE_INFINITY);
    this.mostRatio = ratios.reduce((most, each) => Math.max(most, each), Number.NEGATIVE_INFINITY);
    this.#lines = new Lines(sizes.map((size, i) => ({ line: 0, along: ln(size), value: this.ratios[i]! })));
  }

  /** The logarithm of measured over modelled time at a size, straight between rows, which stays as it is beyond them. */
  ratioAt(bytes: number): number {
    return this.#lines.at(0, ln(bytes));
  }

  holds(bytes: number): boolean {
    return this.#lines.holds(0, ln(bytes));
  }

  /** Number of rows with fewer bytes. */
  rowsUnder(bytes: number): number {
    let low = 0;
    let high = this.bytes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.bytes[middle]! < bytes) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The logarithm of a model's seconds of this collective. */
  modelled(model: keyof ModelledSeconds, bytes: number): number {
    return ln(this.#model[model](this.kind, bytes, this.ranks, this.nodes));
  }
}
