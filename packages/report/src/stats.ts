import type { Stats } from "./report.ts";

/** The ⌈percent · n / 100⌉-th smallest of `sorted`, which holds at least one value; `percent` is a whole number, so that the rank is exact. */
export function percentile(sorted: Float64Array, percent: number): number {
  const rank = Math.ceil((percent * sorted.length) / 100);
  return sorted[Math.max(rank, 1) - 1]!;
}

export function mean(values: Float64Array): number | null {
  if (values.length === 0) return null;
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** Exact: sorts a copy of `values`. Null when there are none. */
export function statsOf(values: Float64Array): Stats | null {
  const average = mean(values);
  if (average === null) return null;
  const sorted = values.toSorted();
  return {
    mean: average,
    p50: percentile(sorted, 50),
    p90: percentile(sorted, 90),
    p99: percentile(sorted, 99),
    max: percentile(sorted, 100),
  };
}
