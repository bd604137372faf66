import type { LatencyStats, Stats } from "../schema/report.ts";
import { select } from "./selection.ts";
import type { TallyColumns } from "./tally-columns.ts";

type Buckets = NonNullable<TallyColumns["buckets"]>;

/** Number of values up to which sorting is used: the engine's sort is compiled already, a selection is not. */
const FEW = 1 << 14;

/** The ⌈thousandths · n / 1000⌉-th smallest of `sorted`, which holds at least one value; `thousandths` is whole, so that the rank is exact. */
export function quantile(sorted: Float64Array, thousandths: number): number {
  return sorted[rankOf(sorted.length, thousandths) - 1]!;
}

export function percentile(sorted: Float64Array, percent: number): number {
  return quantile(sorted, 10 * percent);
}

export function mean(values: Float64Array): number | null {
  if (values.length === 0) return null;
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** Exact while the tally keeps its values; else within a bucket. Null when there are none. */
export function statsOf(tally: TallyColumns): Stats | null {
  if (tally.count === 0) return null;
  const ofRank = quantilesOf(tally);
  const at = (thousandths: number) => ofRank(rankOf(tally.count, thousandths));
  return { mean: tally.sum / tally.count, p50: at(500), p90: at(900), p95: at(950), p99: at(990), p999: at(999), max: tally.max };
}

/** `statsOf` of nanoseconds, in seconds. */
export function secondsStats(tally: TallyColumns): Stats | null {
  const ns = statsOf(tally);
  if (ns === null) return null;
  const { mean, p50, p90, p95, p99, p999, max } = ns;
  return { mean: mean / 1e9, p50: p50 / 1e9, p90: p90 / 1e9, p95: p95 / 1e9, p99: p99 / 1e9, p999: p999 / 1e9, max: max / 1e9 };
}

/**
 * Statistics of a latency in seconds: `tally` in nanoseconds, of answered requests, beside `unanswered` ones that are later than all of
 * them. Null without either; unbounded values, such as the mean with any unanswered, are null.
 */
export function latencyStats(tally: TallyColumns, unanswered: number): LatencyStats | null {
  if (unanswered === 0) return secondsStats(tally);
  const answered = quantilesOf(tally);
  const all = tally.count + unanswered;
  const at = (thousandths: number) => {
    const rank = rankOf(all, thousandths);
    return rank > tally.count ? null : answered(rank) / 1e9;
  };
  return { mean: null, p50: at(500), p90: at(900), p95: at(950), p99: at(990), p999: at(999), max: null, unanswered };
}

/** The value of a rank, from 1; to be called for rising ranks. */
function quantilesOf({ min, max, values, times, buckets }: TallyColumns): (rank: number) => number {
  if (values === undefined) return bucketQuantile(min, max, buckets!);
  return times === undefined ? exactQuantile(values) : (rank) => values[bucketOf(times, rank)]!;
}

/** To be called for rising ranks: each call sorts many values only as far as needed. */
function exactQuantile(values: Float64Array): (rank: number) => number {
  const parted = values.slice();
  if (parted.length <= FEW) {
    parted.sort();
    return (rank) => parted[rank - 1]!;
  }
  let from = 0;
  return (rank) => {
    const place = rank - 1;
    select(parted, from, place);
    from = place;
    return parted[place]!;
  };
}

function bucketQuantile(min: number, max: number, buckets: Buckets): (rank: number) => number {
  return (rank) => Math.min(Math.max(buckets.value[bucketOf(buckets.count, rank)]!, min), max);
}

/** Bucket of the value of this rank; `counts` rise with the values. */
function bucketOf(counts: Float64Array, rank: number): number {
  let left = rank;
  let at = 0;
  while (left > counts[at]!) left -= counts[at++]!;
  return at;
}

function rankOf(count: number, thousandths: number): number {
  return Math.max(Math.ceil((thousandths * count) / 1000), 1);
}
