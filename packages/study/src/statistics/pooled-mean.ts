import { exp, pow } from "@tokenyard/random";
import type { Clusters } from "./clusters.ts";
import { type Bounded, pooledQuantile } from "./pooled-quantile.ts";
import { studentT } from "./student-t.ts";

const OUTSIDE = 0.05;
/** Share of the slowest requests; if they hold much of the sum, the mean depends on what few seeds have seen. */
const SLOWEST = 0.01;
const SUM = 0.05;

/**
 * The mean of all values, with an interval by how the sums of seeds deviate: on a log scale below, and above by Hall's correction of the skew
 * where that is wider. Its upper end is open where p99 is, if the slowest requests hold much of the sum. Source: docs/statistics.md#means.
 */
export function pooledMean(clusters: Clusters): Bounded | undefined {
  const { counts, sums, count } = clusters;
  if (count === 0) return undefined;
  const bounded = ratioOfSums(sums, counts);
  const { value, interval } = bounded;
  if (interval === null || !Number.isFinite(value) || interval.high === interval.low) return bounded;
  const isOpen = pooledQuantile(clusters, 0.99)!.interval!.high === Number.POSITIVE_INFINITY && slowestShare(clusters) > SUM;
  return isOpen ? { value, interval: { low: interval.low, high: Number.POSITIVE_INFINITY } } : bounded;
}

/** Σ`sums` / Σ`counts`, with seeds as clusters; all at least 0. */
export function ratioOfSums(sums: readonly number[], counts: readonly number[]): Bounded {
  const k = counts.length;
  const all = total(counts);
  const value = total(sums) / all;
  if (k < 2 || !Number.isFinite(value)) return { value, interval: null };
  const mean = all / k;
  const deviations = sums.map((sum, j) => (sum - value * counts[j]!) / mean);
  const variance = total(deviations.map((r) => r * r)) / (k - 1);
  const s = Math.sqrt(variance);
  if (s <= 1e-12 * value) return { value, interval: { low: value, high: value } };
  const t = studentT(k - 1, OUTSIDE);
  const root = Math.sqrt(k);
  const half = (t * s) / root;
  const factor = exp(half / value);
  const skew = k < 3 ? 0 : ((k * k) / ((k - 1) * (k - 2))) * (total(deviations.map((r) => r * r * r)) / k / (s * variance));
  return { value, interval: { low: value / factor, high: Math.max(value * factor, value - (hall(-t, skew, root) * s) / root) } };
}

/** Hall's transformation, whose square root of the number of seeds is `root`; x itself without skew. */
function hall(x: number, skew: number, root: number): number {
  if (Math.abs(skew) < 1e-9) return x;
  const cube = 1 + (skew / root) * (x - skew / (6 * root));
  return ((3 * root) / skew) * (Math.sign(cube) * pow(Math.abs(cube), 1 / 3) - 1);
}

/** Share of the sum that the slowest requests hold. */
function slowestShare({ values, shares, count, sums }: Clusters): number {
  let left = SLOWEST * count;
  let sum = 0;
  for (let at = values.length - 1; at >= 0 && left > 0; at--) {
    const times = Math.min(left, (shares[at]! - (shares[at - 1] ?? 0)) * count);
    sum += times * values[at]!;
    left -= times;
  }
  return sum / total(sums);
}

function total(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
