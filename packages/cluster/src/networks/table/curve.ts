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
    const sizes = [...new Set(sorted.map(({ bytes }) => bytes))];
    this.bytes = Float64Array.from(sizes);
    this.times = Float64Array.from(sizes, (size) => meanOf(sorted.filter(({ bytes }) => bytes === size).map(({ seconds }) => ln(seconds))));
    this.ratios = this.times.map((time, i) => time - this.#modelled(sizes[i]!));
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

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
