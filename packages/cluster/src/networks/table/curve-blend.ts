import { exp, ln } from "@tokenyard/random";
import type { Curve } from "./curve.ts";

/** Least distances (squared) of what tells the shape between two rows: the model, other curves, and how much more another library's, a gather's of a scatter, or of twice the ranks. */
const MODEL = 0.3;
const OTHER = 2e-4;
const LIBRARY = 0.15;
const TURNED = 0.01;
const DOUBLED = 0.06;
/** Of how far the rows of another curve lie, squared. */
const GAP = 0.03;
const KEPT = 4096;

/**
 * One measured curve, between whose rows others tell the shape, and the model: each is shifted to meet the two rows next to a place, and they count by how
 * little it takes to shift them, and alike at both. Source: docs/models.md#tables-of-traffic.
 */
export class CurveBlend {
  readonly own: Curve;
  readonly #others: readonly Curve[];
  readonly #apart: Float64Array;
  /** [own rows × others] by how much the own row is over the other curve */
  readonly #shifts: Float64Array;
  readonly #least: number;
  readonly #most: number;
  /** By bytes. */
  readonly #known = new Map<number, number>();
  /** [own rows] bytes a second, and the link's. */
  readonly #rates: Float64Array;
  readonly #linkRate: number;
  readonly #sentShare: number;

  /** `all` are the curves of the same collective on as many nodes, and of its reverse. A rank sends `sentShare` of the bytes; no link carries more than `linkRate` unless it was measured. */
  constructor(own: Curve, all: readonly Curve[], sentShare: number, linkRate: number) {
    this.own = own;
    this.#others = all.filter((curve) => curve !== own);
    this.#apart = Float64Array.from(this.#others, (other) => apartOf(own, other));
    const count = this.#others.length;
    this.#shifts = new Float64Array(own.bytes.length * count);
    for (let row = 0; row < own.bytes.length; row++) {
      for (let i = 0; i < count; i++) this.#shifts[row * count + i] = own.ratios[row]! - this.#others[i]!.ratioTo(own, own.bytes[row]!);
    }
    this.#least = all.reduce((least, { leastRatio }) => Math.min(least, leastRatio), Number.POSITIVE_INFINITY);
    this.#most = all.reduce((most, { mostRatio }) => Math.max(most, mostRatio), Number.NEGATIVE_INFINITY);
    this.#sentShare = sentShare;
    this.#linkRate = linkRate;
    this.#rates = own.bytes.map((bytes, row) => (sentShare * bytes) / exp(own.times[row]!));
  }

  /** The logarithm of measured over modelled time of so many bytes, for which the model says `modelSeconds`. */
  ratioAt(bytes: number, modelSeconds: number): number {
    const known = this.#known.get(bytes);
    if (known !== undefined) return known;
    if (this.#known.size >= KEPT) this.#known.clear();
    const ratio = this.#workOut(bytes, ln(modelSeconds));
    this.#known.set(bytes, ratio);
    return ratio;
  }

  #workOut(bytes: number, modelled: number): number {
    const { own } = this;
    const last = own.bytes.length - 1;
    const above = own.rowsUnder(bytes);
    if (above <= last && own.bytes[above] === bytes) return own.times[above]! - modelled;
    const isBeyond = above === 0 || above > last;
    const a = above === 0 ? 0 : above - 1;
    const b = above === 0 ? Math.min(1, last) : above > last ? Math.max(0, last - 1) : above; // beyond an end the row behind it
    const share = isBeyond ? 0 : (ln(bytes) - ln(own.bytes[a]!)) / (ln(own.bytes[b]!) - ln(own.bytes[a]!));
    const blended = Math.min(Math.max(this.#blend(bytes, a, b, share), this.#least), this.#most);
    const leastSeconds = (this.#sentShare * bytes) / Math.max(this.#linkRate, this.#rates[a]!, isBeyond ? 0 : this.#rates[b]!);
    const time = Math.max(blended + modelled, ln(leastSeconds));
    if (isBeyond) return time - modelled;
    const [low, high] = [Math.min(own.times[a]!, own.times[b]!), Math.max(own.times[a]!, own.times[b]!)];
    return Math.min(Math.max(time, low), high) - modelled;
  }

  /** Between own rows a and b, `share` of the way; beyond a, where it is the last one, none of it. */
  #blend(bytes: number, a: number, b: number, share: number): number {
    const [first, second] = [this.own.ratios[a]!, this.own.ratios[b]!];
    let all = weightOf(MODEL, first, second);
    let sum = all * (first + share * (second - first));
    const count = this.#others.length;
    for (let i = 0; i < count; i++) {
      const other = this.#others[i]!;
      const value = other.ratioTo(this.own, bytes);
      const [low, high] = [this.#shifts[a * count + i]!, this.#shifts[b * count + i]!];
      const weight = weightOf(this.#apart[i]! + GAP * other.gap * other.gap, low, high);
      all += weight;
      sum += weight * (value + low + share * (high - low));
    }
    return sum / all;
  }
}

/** Of what lies `apart` and has to be shifted by so much at either row. */
function weightOf(apart: number, low: number, high: number): number {
  const distance = apart + (low - high) * (low - high) + low * low + high * high;
  return 1 / (distance * distance);
}

function apartOf(own: Curve, other: Curve): number {
  const doublings = ln(other.ranks / own.ranks) / Math.LN2;
  return OTHER + DOUBLED * doublings * doublings + (other.kind === own.kind ? 0 : TURNED) + (other.library === own.library ? 0 : LIBRARY);
}
