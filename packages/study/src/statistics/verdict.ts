import type { TargetVerdict } from "@tokenyard/report";
import type { Bounded } from "./pooled-quantile.ts";

/** Factor over the largest value of any seed beyond which a target is met by far. Source: docs/statistics.md#verdicts. */
const FAR = 5;
const FEWEST = 8;

/** Required bound: at most (`less`) or at least (`more`) `value`. */
export interface RequiredBound {
  readonly better: "less" | "more";
  readonly value: number;
  /** Whether every seed must reach it, as a bound that is meant for every request. */
  readonly ofEach?: boolean;
}

/**
 * Verdict of an estimate on a target: met or missed if its interval is on one side; undefined for one seed, which has no spread. `seeds`
 * are their own values.
 */
export function verdictOf(
  { better, value: bound, ofEach = false }: RequiredBound,
  estimate: Bounded,
  seeds: readonly number[],
): TargetVerdict | undefined {
  const isLess = better === "less";
  const fails = (value: number) => (isLess ? value > bound : value < bound);
  if (estimate.value === Number.POSITIVE_INFINITY && estimate.interval === null) return isLess ? "missed" : "met";
  if (ofEach && seeds.length > 1 && seeds.some(fails)) return "missed";
  if (estimate.interval === null) return undefined;
  const { low, high } = estimate.interval;
  if (isLess ? high <= bound : low >= bound) return "met";
  if (isLess ? low > bound : high < bound) return "missed";
  const isFar = isLess ? FAR * Math.max(...seeds) <= bound : Math.min(...seeds) >= FAR * bound;
  return seeds.length >= FEWEST && isFar ? "met-by-far" : "not-enough-evidence";
}

/** Whether a verdict says that a target is met. */
export function isMet(verdict: TargetVerdict): boolean {
  return verdict === "met" || verdict === "met-by-far";
}
