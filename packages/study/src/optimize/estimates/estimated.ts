import type { Bounds } from "../bounds/lower-bounds.ts";
import { exactly, type Range } from "../floors/range.ts";
import type { Estimate } from "./estimate.ts";

/** Numbers that are counted by request: where latencies are shorter by a margin, more of them are in time. */
const IN_TIME = /^(attainment\.all|goodput\.requestsPerSecond)$/;

/** Knowledge by `bounds`, and elsewhere the formula's numbers within `margin`: a factor of at least 1. */
export function estimated(estimate: Estimate, margin: number, bounds: Bounds): Bounds {
  return (path) => {
    const bound = bounds(path);
    if (bound !== undefined) return bound;
    if (margin > 1 && IN_TIME.test(path)) {
      const [low, high] = [estimate(path, margin), estimate(path, 1 / margin)];
      return low === undefined || high === undefined ? undefined : { low, high };
    }
    const value = estimate(path);
    return value === undefined ? undefined : around(value, margin);
  };
}

function around(value: number, margin: number): Range {
  return margin === 1 ? exactly(value) : { low: value / margin, high: value * margin };
}
