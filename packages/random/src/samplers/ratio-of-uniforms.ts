import { ln } from "../portable-math.ts";

const SLOPE = 1.7155277699214135; // 2·√(2/e)
const OFFSET = 0.8989161620588988; // 3 − 2·√(3/e)

/**
 * Width of the table of the ratio-of-uniforms method for binomial, hypergeometric and Poisson laws f with their mode's probability
 * scaled to 1: a point (u, v) even over (0, 1] × [−½, ½) gives k = ⌊mean + ½ + width·v/u⌋, kept when u² ≤ f(k).
 * Source: Stadlober (1990), The ratio of uniforms approach for generating discrete random variates.
 */
export function tableWidth(variance: number): number {
  return SLOPE * Math.sqrt(variance + 0.5) + OFFSET;
}

/** Whether u² ≤ e^t for 0 < u ≤ 1, mostly without the logarithm: u − 1/u ≤ 2·ln u ≤ u(4 − u) − 3. */
export function isUnder(u: number, t: number): boolean {
  if (u * (4 - u) - 3 <= t) return true;
  if (u * (u - t) >= 1) return false;
  return 2 * ln(u) <= t;
}
