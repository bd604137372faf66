import { exp } from "@tokenyard/random";
import type { Range } from "@tokenyard/scenario";
import { studentT } from "./student-t.ts";

/** Interval of a number. `high` is Infinity if it is unbounded. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Estimate of a mean from independent observations. */
export interface Estimate {
  readonly count: number;
  /** Infinity where any observation is. */
  readonly mean: number;
  /** Standard deviation of the observations, with n − 1; null for one. */
  readonly standardDeviation: number | null;
  /** Holds the true mean in 95 of 100 studies; null for one. */
  readonly interval: Interval | null;
}

const OUTSIDE = 0.05;

/**
 * The mean of `observations` with its 95 % interval, which stays within `range`; undefined when there are none. With an infinite one, as of an
 * outage without end, the mean is infinite, and nothing bounds it.
 */
export function estimateOf(observations: readonly number[], range: Range = "any"): Estimate | undefined {
  const count = observations.length;
  if (count === 0) return undefined;
  const [first] = observations as readonly [number, ...number[]];
  const mean = observations.every((value) => value === first) ? first : sum(observations) / count; // the sum of equal numbers is rounded
  if (count === 1 || !Number.isFinite(mean)) return { count, mean, standardDeviation: null, interval: null };
  const standardDeviation = Math.sqrt(sum(observations.map((value) => (value - mean) * (value - mean))) / (count - 1));
  return { count, mean, standardDeviation, interval: intervalOf({ count, mean, standardDeviation }, range, OUTSIDE) };
}

/**
 * The interval that leaves the true mean outside in `outside` of all studies: mean ± t·s/√n. For numbers that cannot be below 0 the
 * same on a log scale, mean · e^(± t·s/(√n·mean)), which ends above 0, is wider above than below, and for narrow intervals the same;
 * shares end at 1. Source of the log scale: the delta method, var ln m ≈ var m / m² (Casella and Berger, Statistical Inference, 5.5.4).
 */
export function intervalOf(
  { count, mean, standardDeviation }: { readonly count: number; readonly mean: number; readonly standardDeviation: number },
  range: Range,
  outside: number,
): Interval {
  const half = (studentT(count - 1, outside) * standardDeviation) / Math.sqrt(count);
  if (half === 0 || range === "any" || mean <= 0) return { low: mean - half, high: mean + half };
  const factor = exp(half / mean);
  const high = mean * factor;
  return { low: mean / factor, high: range === "share" ? Math.min(high, 1) : high };
}

function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
