import { exp, expm1, ln, log1p, pow } from "../portable-math.ts";
import type { Stream } from "../stream.ts";

/** Weights [count] of the ranks 1 … count, proportional to rank^(−exponent), largest first; they sum to 1. An exponent of 0 makes them equal. */
export function zipfWeights(count: number, exponent: number): Float64Array {
  const weights = new Float64Array(count);
  let sum = 0;
  for (let i = count - 1; i >= 0; i--) {
    const weight = pow(i + 1, -exponent);
    weights[i] = weight;
    sum += weight; // the small ones first
  }
  for (let i = 0; i < count; i++) weights[i] = weights[i]! / sum;
  return weights;
}

/**
 * A rank from 1 to `count` with probability proportional to rank^(−exponent), exponent ≥ 0, at a cost that does not grow with `count`.
 * Throws RangeError when `count` is no whole number above 0 or the exponent is negative.
 * Source: Hörmann and Derflinger (1996), Rejection-inversion to generate variates from monotone discrete distributions.
 */
export function zipf(stream: Stream, count: number, exponent: number): number {
  if (!(Number.isSafeInteger(count) && count >= 1 && exponent >= 0)) {
    throw new RangeError(`zipf over ${count} ranks with exponent ${exponent}: wanted a count of at least 1 and an exponent of at least 0`);
  }
  const first = area(1.5, exponent) - 1;
  const all = area(count + 0.5, exponent);
  const surelyInside = 2 - abscissa(area(2.5, exponent) - pow(2, -exponent), exponent);
  for (;;) {
    const u = all + stream.next() * (first - all);
    const x = abscissa(u, exponent);
    const rank = Math.min(count, Math.max(1, Math.floor(x + 0.5)));
    if (rank - x <= surelyInside || u >= area(rank + 0.5, exponent) - pow(rank, -exponent)) return rank;
  }
}

/** ∫ t^(−exponent) dt from 1 to x, also at exponent 1, where it is ln x. */
function area(x: number, exponent: number): number {
  const lnX = ln(x);
  const t = (1 - exponent) * lnX;
  return (Math.abs(t) > 1e-8 ? expm1(t) / t : 1 + t / 2) * lnX;
}

/** The x with area(x) = `a`. */
function abscissa(a: number, exponent: number): number {
  const t = Math.max(-1, (1 - exponent) * a);
  return exp((Math.abs(t) > 1e-8 ? log1p(t) / t : 1 - t / 2) * a);
}
