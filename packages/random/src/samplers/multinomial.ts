import type { Stream } from "../streams.ts";
import { binomial } from "./binomial.ts";

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
  for (let ball = 0; ball < n; ball++) {
    let left = stream.next() * total;
    let i = 0;
    while (i < lastPossible) {
      left -= weights[i]!;
      if (left < 0) break;
      i++;
    }
    out[offset + i]!++;
  }
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
