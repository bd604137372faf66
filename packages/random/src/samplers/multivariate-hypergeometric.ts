import type { Stream } from "../stream.ts";
import { hypergeometric } from "./hypergeometric.ts";

/**
 * Draws `draws` without replacement from an urn with `counts`[i] of colour i, and fills `out` with the number of each: none exceeds its
 * count, and they sum to draws. `out` may be `counts` itself. Throws RangeError when the urn has fewer than `draws`.
 */
export function multivariateHypergeometric(stream: Stream, counts: ArrayLike<number>, draws: number, out: Float64Array): void {
  let others = 0;
  for (let i = 0; i < counts.length; i++) others += counts[i]!;
  let left = draws;
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i]!;
    others -= count;
    if (left === 0 || (count === 0 && left <= others)) {
      out[i] = 0; // there is nothing to draw
      continue;
    }
    const taken = hypergeometric(stream, count, others, left);
    out[i] = taken;
    left -= taken;
  }
}
