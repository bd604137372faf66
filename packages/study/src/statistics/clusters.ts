import type { Distribution } from "@tokenyard/report";

/** Values of several seeds pooled: each distinct one, rising, and how many of each seed are at most that. */
export interface Clusters {
  /** [values] Infinity behind all others, for what never occurred */
  readonly values: Float64Array;
  /** [values] Share of all that is at most each. */
  readonly shares: Float64Array;
  /** [values] Variance of that share, by how the seeds deviate from it. Source: docs/statistics.md#quantiles. */
  readonly variances: Float64Array;
  /** [seeds] */
  readonly counts: readonly number[];
  /** [seeds] Infinity with any value that never was. */
  readonly sums: readonly number[];
  /** Number of values of all seeds. */
  readonly count: number;
}

/** Pools `seeds`; those without a value do not count. The order of the seeds does not show. */
export function pooled(seeds: readonly Distribution[]): Clusters {
  const counted = seeds.map((seed) => ({ seed, count: countOf(seed) })).filter(({ count }) => count > 0);
  counted.sort((a, b) => a.count - b.count || a.seed.never - b.seed.never || a.seed.sum - b.seed.sum); // so that sums are the same in any order
  const entries = counted.flatMap(({ seed: { values, counts, never }, count }, s) => [
    ...values.map((value, i) => ({ value, times: counts[i]!, s, count })),
    ...(never === 0 ? [] : [{ value: Number.POSITIVE_INFINITY, times: never, s, count }]),
  ]);
  entries.sort((a, b) => (a.value === b.value ? a.count - b.count || a.times - b.times : a.value - b.value));
  const total = counted.reduce((sum, { count }) => sum + count, 0);
  const seen = new Float64Array(counted.length);
  const values: number[] = [];
  const shares: number[] = [];
  const variances: number[] = [];
  const k = counted.length;
  let below = 0;
  let [squares, crossed, sizes] = [0, 0, 0]; // Σc², Σc·n, Σn²
  for (const { count } of counted) sizes += count * count;
  for (const [i, { value, times, s, count }] of entries.entries()) {
    const before = seen[s]!;
    seen[s] = before + times;
    squares += times * (2 * before + times);
    crossed += times * count;
    below += times;
    if (entries[i + 1]?.value === value) continue;
    const share = below / total;
    values.push(value);
    shares.push(share);
    variances.push(k < 2 ? 0 : (k / (k - 1)) * Math.max(0, (squares - 2 * share * crossed + share * share * sizes) / total / total));
  }
  return {
    values: Float64Array.from(values),
    shares: Float64Array.from(shares),
    variances: Float64Array.from(variances),
    counts: counted.map(({ count }) => count),
    sums: counted.map(({ seed }) => (seed.never > 0 ? Number.POSITIVE_INFINITY : seed.sum)),
    count: total,
  };
}

function countOf({ counts, never }: Distribution): number {
  return counts.reduce((sum, count) => sum + count, never);
}
