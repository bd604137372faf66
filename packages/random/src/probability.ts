import { stirlingError } from "./factorial.ts";
import { ln, log1p } from "./portable-math.ts";

const TWO_PI = 6.283185307179586;

/**
 * Logarithm of the probability of k successes in n trials, 0 ≤ k ≤ n, 0 < p < 1. Its error stays near 1e-14 around the mean even
 * for n = 1e12, where differences of ln n! would lose all digits. Source: Loader (2000), Fast and accurate computation of binomial probabilities.
 */
export function lnBinomialProbability(k: number, n: number, p: number): number {
  if (k === 0) return n * log1p(-p);
  if (k === n) return n * ln(p);
  const misses = n - k;
  const corrections = stirlingError(n) - stirlingError(k) - stirlingError(misses);
  return corrections - deviance(k, n * p) - deviance(misses, n * (1 - p)) + 0.5 * ln(n / (TWO_PI * k * misses));
}

/**
 * Logarithm of the probability that `draws` of an urn of `good` and `bad` hold k good ones, for a k that can be and 0 < draws < good + bad.
 * Written with three binomials of the same p, so that large factorials never meet. Source: Loader (2000).
 */
export function lnHypergeometricProbability(k: number, good: number, bad: number, draws: number): number {
  return lnHypergeometricWeight(k, good, bad, draws) - lnBinomialProbability(draws, good + bad, draws / (good + bad));
}

/** Logarithm of the probability up to a constant that is the same for all k. */
export function lnHypergeometricWeight(k: number, good: number, bad: number, draws: number): number {
  const p = draws / (good + bad);
  return lnBinomialProbability(k, good, p) + lnBinomialProbability(draws - k, bad, p);
}

/** x·ln(x/mean) + mean − x for x > 0, by its series where the terms would cancel. */
function deviance(x: number, mean: number): number {
  const difference = x - mean;
  const v = difference / (x + mean);
  if (!(Math.abs(v) < 0.1)) return x * ln(x / mean) + mean - x;
  let sum = difference * v;
  let power = 2 * x * v;
  for (let n = 3; ; n += 2) {
    power *= v * v;
    const next = sum + power / n;
    if (next === sum) return sum;
    sum = next;
  }
}
