import type { Distribution } from "../schema/distribution-schema.ts";
import { Histogram } from "./histogram.ts";
import type { TallyColumns } from "./tally-columns.ts";

/** Number of values above which a histogram is used: its buckets are within 0.4 %. */
const MOST = 4096;

/** The values of `tally`, nanoseconds, in seconds; beside them `never` requests that are never answered. */
export function distributionOf(tally: TallyColumns, never: number): Distribution {
  const { values, counts } = distinct(tally);
  return { values: values.map((ns) => ns / 1e9), counts, sum: tally.sum / 1e9, never };
}

function distinct(tally: TallyColumns): { values: number[]; counts: number[] } {
  const { values, times, buckets, min, max } = tally;
  if (buckets !== undefined)
    return { values: Array.from(buckets.value, (value) => Math.min(Math.max(value, min), max)), counts: [...buckets.count] };
  if (times !== undefined) return { values: [...values!], counts: [...times] };
  if (values!.length > MOST) {
    const histogram = new Histogram();
    for (const value of values!) histogram.add(value, 1);
    return distinct(histogram.columns());
  }
  const found: number[] = [];
  const counts: number[] = [];
  for (const value of values!.slice().sort()) {
    if (found.length > 0 && found.at(-1) === value) counts[counts.length - 1]!++;
    else {
      found.push(value);
      counts.push(1);
    }
  }
  return { values: found, counts };
}
