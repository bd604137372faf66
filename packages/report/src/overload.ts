import type { Warning } from "./report.ts";
import type { LevelColumns } from "./served.ts";

/** A queue that is longer in each quarter of the arrivals than in the one before, by this factor, has no steady state. */
const GROWTH = 1.15;
/** Fewer waiting than this are no queue. */
const FEWEST = 10;

/**
 * Whether the queue still grew when the last request arrived: mean waiting in the last three quarters of the time of arrivals. A steady
 * queue goes up and down; one whose load is over capacity grows in proportion to time, by 5/3 and 7/5 from quarter to quarter.
 */
export function overloadWarnings(levels: LevelColumns | undefined): Warning[] {
  if (levels === undefined) return [];
  const { bucketNs, waitingNs, lastArrivalNs } = levels;
  const buckets = Math.floor(lastArrivalNs / bucketNs);
  if (buckets < 8) return [];
  const quarter = (q: number) => {
    const from = Math.floor((q * buckets) / 4);
    const to = Math.floor(((q + 1) * buckets) / 4);
    let sum = 0;
    for (let bucket = from; bucket < to; bucket++) sum += waitingNs[bucket]!;
    return sum / ((to - from) * bucketNs);
  };
  const [second, third, last] = [quarter(1), quarter(2), quarter(3)];
  if (last < FEWEST || last < GROWTH * third || third < GROWTH * second) return [];
  const waiting = [second, third, last].map((mean) => (mean < 100 ? Math.round(mean * 10) / 10 : Math.round(mean)));
  const message =
    `the queue still grows when the last request arrives: ${waiting[0]}, ${waiting[1]} and ${waiting[2]} wait in the second, third and last ` +
    "quarter of the arrivals; more come than can be served, and latencies only tell how long the run was";
  return [{ code: "overload", message }];
}
