import { studentT } from "./student-t.ts";

/** What independent observations of one number say of its mean. */
export interface Estimate {
  readonly count: number;
  readonly mean: number;
  /** Of the observations, with n − 1; null for one observation. */
  readonly standardDeviation: number | null;
  /** Holds the true mean in 95 of 100 studies (Student's t); null for one observation. */
  readonly interval: Interval | null;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

const OUTSIDE = 0.05;

/** The mean of `observations` with its 95 % interval; undefined when there are none. */
export function estimateOf(observations: readonly number[]): Estimate | undefined {
  const count = observations.length;
  if (count === 0) return undefined;
  const mean = sum(observations) / count;
  if (count === 1) return { count, mean, standardDeviation: null, interval: null };
  const standardDeviation = Math.sqrt(sum(observations.map((value) => (value - mean) * (value - mean))) / (count - 1));
  const half = (studentT(count - 1, OUTSIDE) * standardDeviation) / Math.sqrt(count);
  return { count, mean, standardDeviation, interval: { low: mean - half, high: mean + half } };
}

/** Half the interval against the mean; 0 when all observations are alike, infinite when there is no interval or the mean is 0. */
export function relativeHalfWidth({ mean, interval }: Estimate): number {
  if (interval === null) return Number.POSITIVE_INFINITY;
  const half = (interval.high - interval.low) / 2;
  return half === 0 ? 0 : half / Math.abs(mean);
}

function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
