import type { Stats } from "../schema/report.ts";
import { select } from "./selection.ts";
import type { TallyColumns } from "./tally-columns.ts";

type Buckets = NonNullable<TallyColumns["buckets"]>;

/** So many values are sorted at once: the engine's own sort is ready, where a selection has yet to be compiled. */
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
  const at = quantilesOf(tally);
  return { mean: tally.sum / tally.count, p50: at(500), p90: at(900), p95: at(950), p99: at(990), p999: at(999), max: tally.max };
}

/** `statsOf` of nanoseconds, in seconds. */
export function secondsStats(tally: TallyColumns): Stats | null {
  const ns = statsOf(tally);
  if (ns === null) return null;
  const { mean, p50, p90, p95, p99, p999, max } = ns;
  return { mean: mean / 1e9, p50: p50 / 1e9, p90: p90 / 1e9, p95: p95 / 1e9, p99: p99 / 1e9, p999: p999 / 1e9, max: max / 1e9 };
}

function quantilesOf({ count, min, max, values, times, buckets }: TallyColumns): (thousandths: number) => number {
  if (values === undefined) return bucketQuantile(count, min, max, buckets!);
  return times === undefined ? exactQuantile(values) : (thousandths) => values[bucketOf(times, rankOf(count, thousandths))]!;
}

/** To be asked for rising `thousandths`: each time many values are put in order only as far as the answer takes. */
function exactQuantile(values: Float64Array): (thousandths: number) => number {
  const parted = values.slice();
  if (parted.length <= FEW) {
    parted.sort();
    return (thousandths) => quantile(parted, thousandths);
  }
  let from = 0;
  return (thousandths) => {
    const place = rankOf(parted.length, thousandths) - 1;
    select(parted, from, place);
    from = place;
    return parted[place]!;
  };
}

function bucketQuantile(count: number, min: number, max: number, buckets: Buckets): (thousandths: number) => number {
  return (thousandths) => Math.min(Math.max(buckets.value[bucketOf(buckets.count, rankOf(count, thousandths))]!, min), max);
}

/** Where the value of this rank is, of `counts` that rise with the values. */
function bucketOf(counts: Float64Array, rank: number): number {
  let left = rank;
  let at = 0;
  while (left > counts[at]!) left -= counts[at++]!;
  return at;
}

function rankOf(count: number, thousandths: number): number {
  return Math.max(Math.ceil((thousandths * count) / 1000), 1);
}
