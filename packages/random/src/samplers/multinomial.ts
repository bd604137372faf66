import type { Stream } from "../stream.ts";
import { binomial, lnCommoner } from "./binomial.ts";

/**
 * Throws `n` balls into the categories, with probabilities proportional to `weights` (≥ 0, not all 0; they need not sum to 1),
 * and fills `out`[offset … offset + weights.length) with the counts; they sum to n. `out` must not share memory with `weights`.
 * Throws RangeError when n is not a whole number ≥ 0 or the weights sum to nothing. Few balls are thrown one by one; many cost a binomial per category.
 */
export function multinomial(stream: Stream, n: number, weights: ArrayLike<number>, out: Float64Array, offset = 0): void {
  if (!(Number.isSafeInteger(n) && n >= 0)) throw new RangeError(`multinomial of ${n} balls: wanted a whole number`);
  const categories = weights.length;
  if (n * (categories + 64) < 200 * categories) throwOneByOne(stream, n, weights, out, offset);
  else splitByCategory(stream, n, weights, out, offset);
}

function throwOneByOne(stream: Stream, n: number, weights: ArrayLike<number>, out: Float64Array, offset: number): void {
  let total = 0;
  let lastPossible = 0;
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i]!;
    out[offset + i] = 0;
    if (weight > 0) lastPossible = i;
    total += weight;
  }
  requireWeight(total);
  for (let ball = 0; ball < n; ball++) out[offset + categoryOf(stream.next() * total, weights, lastPossible)]!++;
}

/** The category whose weights a ball falls on that comes down at `at` of their total. */
function categoryOf(at: number, weights: ArrayLike<number>, lastPossible: number): number {
  let left = at;
  let i = 0;
  while (i < lastPossible) {
    left -= weights[i]!;
    if (left < 0) break;
    i++;
  }
  return i;
}

/** A category gets a binomial share of the balls that the categories before it left. */
function splitByCategory(stream: Stream, n: number, weights: ArrayLike<number>, out: Float64Array, offset: number): void {
  let total = 0;
  for (let i = weights.length - 1; i >= 0; i--) {
    total += weights[i]!;
    out[offset + i] = total; // the weight from here on: summed, not subtracted, so that small last weights keep their digits
  }
  requireWeight(total);
  let left = n;
  for (let i = 0; i < weights.length; i++) {
    const count = left === 0 ? 0 : binomial(stream, left, weights[i]! / out[offset + i]!);
    out[offset + i] = count;
    left -= count;
  }
}

function requireWeight(total: number): void {
  if (!(total > 0 && total < Number.POSITIVE_INFINITY))
    throw new RangeError(`multinomial with weights that sum to ${total}: wanted a sum above 0`);
}

const CELLS = 8; // of the table, for each category
const NEAR = 1e-9; // of all weights: adding up as many as fit into memory errs less

/** Draws like `multinomial` with fixed weights, whose tables are computed once; the same counts from the same stream. */
export class Multinomial {
  readonly #weights: Float64Array;
  readonly #lastPossible: number;
  /** [categories] the weights up to each, itself included; and the probability of each behind those before it, with its `lnCommoner`. */
  readonly #upTo: Float64Array;
  readonly #chance: Float64Array;
  readonly #lnChance: Float64Array;
  /** [cells] as many parts of the total: the first category that reaches into each */
  readonly #firstIn: Int32Array;
  readonly #cellsPerWeight: number;
  readonly #near: number;
  #total = 0;

  /** `weights` as of `multinomial`. Throws RangeError when they sum to nothing. */
  constructor(weights: ArrayLike<number>) {
    const categories = weights.length;
    this.#weights = Float64Array.from(weights);
    this.#lastPossible = this.#weights.findLastIndex((weight) => weight > 0);
    this.#upTo = this.#weights.map((weight) => {
      this.#total += weight;
      return this.#total;
    });
    requireWeight(this.#total);
    this.#chance = new Float64Array(categories);
    let from = 0;
    for (let i = categories - 1; i >= 0; i--) {
      from += weights[i]!;
      this.#chance[i] = weights[i]! / from;
    }
    this.#lnChance = this.#chance.map(lnCommoner);
    this.#cellsPerWeight = (CELLS * categories) / this.#total;
    this.#near = NEAR * this.#total;
    this.#firstIn = Int32Array.from({ length: CELLS * categories + 1 }, (_, cell) => {
      const first = this.#upTo.findIndex((upTo) => upTo + this.#near > cell / this.#cellsPerWeight);
      return first < 0 ? this.#lastPossible : Math.min(first, this.#lastPossible);
    });
  }

  /** Throws `n` balls, as `multinomial` does. */
  draw(stream: Stream, n: number, out: Float64Array, offset = 0): void {
    if (!(Number.isSafeInteger(n) && n >= 0)) throw new RangeError(`multinomial of ${n} balls: wanted a whole number`);
    const categories = this.#weights.length;
    if (this.throwsEach(n)) {
      for (let i = 0; i < categories; i++) out[offset + i] = 0;
      for (let ball = 0; ball < n; ball++) out[offset + this.throwOne(stream)]!++;
      return;
    }
    let left = n;
    for (let i = 0; i < categories; i++) {
      const count = left === 0 ? 0 : binomial(stream, left, this.#chance[i]!, this.#lnChance[i]!);
      out[offset + i] = count;
      left -= count;
    }
  }

  /** Whether `draw` throws this number of balls one by one, as `throwOne` does. */
  throwsEach(n: number): boolean {
    const categories = this.#weights.length;
    return n * (categories + 64) < 200 * categories;
  }

  /** The category that one ball falls on. */
  throwOne(stream: Stream): number {
    return this.#categoryAt(stream.next() * this.#total);
  }

  /** Category of a ball at `at` of the total: by the table, and at the very edge of a category as `multinomial` decides it. */
  #categoryAt(at: number): number {
    const upTo = this.#upTo;
    const last = this.#lastPossible;
    let i = this.#firstIn[Math.floor(at * this.#cellsPerWeight)]!;
    while (i < last && at >= upTo[i]! + this.#near) i++;
    const isInside = (i === last || at < upTo[i]! - this.#near) && (i === 0 || at >= upTo[i - 1]! + this.#near);
    return isInside ? i : categoryOf(at, this.#weights, last);
  }
}
