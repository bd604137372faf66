import { exp } from "../portable-math.ts";
import type { Stream } from "../stream.ts";
import { lnStandardGamma } from "./gamma.ts";

/**
 * Fills `out` with shares that sum to 1, drawn from the symmetric Dirichlet distribution: a small `concentration` makes few large
 * shares, a large one nearly equal shares. Throws RangeError unless it is at least 1e-300, where logarithms still stay finite.
 */
export function dirichlet(stream: Stream, concentration: number, out: Float64Array): void {
  if (!(concentration >= 1e-300)) throw new RangeError(`dirichlet with concentration ${concentration}: wanted at least 1e-300`);
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < out.length; i++) {
    const size = lnStandardGamma(stream, concentration);
    out[i] = size;
    if (size > largest) largest = size;
  }
  let sum = 0; // relative to the largest, which cannot vanish
  for (let i = 0; i < out.length; i++) {
    const size = exp(out[i]! - largest);
    out[i] = size;
    sum += size;
  }
  for (let i = 0; i < out.length; i++) out[i] = out[i]! / sum;
}
