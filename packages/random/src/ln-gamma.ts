import { stirlingError } from "./factorial.ts";
import { ln } from "./portable-math.ts";

const LN_SQRT_2_PI = 0.9189385332046728;

/** ln Γ(x) for x > 0, within a few ulp of the largest number on the way: Γ(x) = Γ(x + n)/(x·(x + 1)·…·(x + n − 1)), and Stirling's series above 16. */
export function lnGamma(x: number): number {
  let product = 1;
  let high = x;
  for (; high < 17; high++) product *= high;
  const below = high - 1; // Γ(high) = below!
  return LN_SQRT_2_PI + (below + 0.5) * ln(below) - below + stirlingError(below) - ln(product);
}
