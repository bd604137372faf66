import type { Estimate, Interval } from "../../statistics/estimate.ts";
import { studentT } from "../../statistics/student-t.ts";

/** The interval on which a verdict was given, or would be. */
export interface DecidingInterval extends Interval {
  /** How often it holds the true mean, as a share of studies: 0.9875 at each of four looks. */
  readonly confidence: number;
}

const FIRST = 3;
const OUTSIDE = 0.05;

/** Numbers of replications after which a verdict may be given: 3, 6, 12, … and `most` (at least 2) itself. */
export function looksUpTo(most: number): number[] {
  const looks: number[] = [];
  for (let count = FIRST; count < most; count *= 2) looks.push(count);
  return [...looks, most];
}

/**
 * The interval that decides at one of `looks` looks: each errs in 5/looks of 100 studies, so that all together err in at most 5
 * (Bonferroni). Wider than the 95 % interval; undefined for one observation, which says nothing of the others.
 */
export function decidingInterval({ count, mean, standardDeviation }: Estimate, looks: number): DecidingInterval | undefined {
  if (standardDeviation === null) return undefined;
  const outside = OUTSIDE / looks;
  const half = (studentT(count - 1, outside) * standardDeviation) / Math.sqrt(count);
  return { low: mean - half, high: mean + half, confidence: 1 - outside };
}

/** Half the interval that would decide at the last of `looks`, if runs differ as much as those that gave `interval` of 95 %. */
export function halfWidthAfter(looks: readonly number[], observed: Observed): number {
  const count = looks.at(-1)!;
  return observed.interval === null ? 0 : (studentT(count - 1, OUTSIDE / looks.length) * deviationOf(observed)) / Math.sqrt(count);
}

/** Runs as a finding states them. */
interface Observed {
  readonly interval: Interval | null;
  readonly replications: number;
}

/** The standard deviation of the runs that gave `interval` of 95 %; 0 where there is none. */
export function deviationOf({ interval, replications }: Observed): number {
  if (interval === null) return 0;
  return (((interval.high - interval.low) / 2) * Math.sqrt(replications)) / studentT(replications - 1, OUTSIDE);
}
