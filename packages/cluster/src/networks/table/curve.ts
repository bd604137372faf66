import { ln } from "@tokenyard/random";
import { Lines } from "../../kernels/table/lines.ts";
import type { CollectiveKind, MeasuredCollective } from "./measured-traffic.ts";

/** Seconds of a collective as a network model has it, where no table corrects it: over ranks that lie evenly on nodes. */
export type ModelSeconds = (kind: CollectiveKind, bytes: number, ranks: number, nodes: number) => number;

/** Times of one collective by one library over as many ranks, by the logarithm of the bytes. Repeated rows count by their geometric mean. */
export class Curve {
  readonly kind: CollectiveKind;
  readonly library: string;
  readonly file: number;
  readonly ranks: number;
  readonly nodes: number;
  /** Rising, and logarithms of the measured time and of its ratio to the model's [rows]. */
  readonly bytes: Float64Array;
  readonly times: Float64Array;
  readonly ratios: Float64Array;
  readonly leastRatio: number;
  readonly mostRatio: number;
  readonly #lines: Lines;
  readonly #model: ModelSeconds;
  readonly #first: number;
  readonly #last: number;

  /** At least one row, all of one curve. */
  constructor(rows: readonly MeasuredCollective[], model: ModelSeconds) {
    const { kind, library, file, ranks, nodes } = rows[0]!;
    this.kind = kind;
    this.library = library;
    this.file = file;
    this.ranks = ranks;
    this.nodes = nodes;
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
    this.ratios = this.times.map((time, i) => time - this.#modelled(sizes[i]!));
    this.leastRatio = this.ratios.reduce((least, each) => Math.min(least, each), Number.POSITIVE_INFINITY);
    this.mostRatio = this.ratios.reduce((most, each) => Math.max(most, each), Number.NEGATIVE_INFINITY);
    this.#lines = new Lines(sizes.map((size, i) => ({ line: 0, along: ln(size), value: this.ratios[i]! })));
    this.#first = ln(sizes[0]!);
    this.#last = ln(sizes.at(-1)!);
  }

  /** How far from rows the place lies that was asked for last. */
  get gap(): number {
    return this.#lines.gap;
  }

  /** The logarithm of measured over modelled time at a size, straight between rows, which stays as it is beyond them. Sets `gap`. */
  ratioAt(bytes: number): number {
    return this.#lines.at(0, ln(bytes));
  }

  holds(bytes: number): boolean {
    return this.#lines.holds(0, ln(bytes));
  }

  /** Of how many rows the bytes are fewer. */
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

  /**
   * The logarithm of what this curve has a collective take, over what the model has the one of `other` take: where this curve ends both are taken there.
   * Sets `gap`.
   */
  ratioTo(other: Curve, bytes: number): number {
    const place = ln(bytes);
    const value = this.#lines.at(0, place);
    if (this.ranks === other.ranks) return value; // the model tells libraries, and a gather from a scatter, no further
    const inside = place <= this.#first ? this.bytes[0]! : place >= this.#last ? this.bytes[this.bytes.length - 1]! : bytes;
    return value + this.#modelled(inside) - other.#modelled(inside);
  }

  /** Logarithm of the model's time. */
  #modelled(bytes: number): number {
    return ln(this.#model(this.kind, bytes, this.ranks, this.nodes));
  }
}
