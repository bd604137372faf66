import type { Estimate, Interval } from "../estimate.ts";
import { studentT } from "../student-t.ts";

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
 * (Bonferroni). Wider than the 95 % interval; undefined for one observation, which tells nothing of the others.
 */
export function decidingInterval({ count, mean, standardDeviation }: Estimate, looks: number): Interval | undefined {
  if (standardDeviation === null) return undefined;
  const half = (studentT(count - 1, OUTSIDE / looks) * standardDeviation) / Math.sqrt(count);
  return { low: mean - half, high: mean + half };
}
