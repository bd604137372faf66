import type { Served } from "../recording/served.ts";
import type { Distribution, Distributions } from "../schema/distribution-schema.ts";
import { distributionOf } from "../statistics/distribution.ts";
import type { TallyColumns } from "../statistics/tally-columns.ts";

/** Arrivals below which a third says nothing. */
const FEWEST = 30;

/** The latencies of a run whole, by their keys in the report, so that those of several seeds can be pooled. */
export function distributionsOf(served: Served): Distributions {
  const { unanswered, classes = [] } = served;
  const latencies: Record<string, Distribution> = {};
  const put = (key: string, tally: TallyColumns | undefined, never: number) => {
    if (tally !== undefined && tally.count + never > 0) latencies[key] = distributionOf(tally, never);
  };
  put("ttftSeconds", served.ttftNs, unanswered.requests);
  put("tpotSeconds", served.tpotNs, unanswered.withGaps);
  put("e2eSeconds", served.e2eNs, unanswered.requests);
  put("queueSeconds", served.queueNs, unanswered.requests);
  put("prefillSeconds", served.prefillNs, unanswered.requests);
  put("itlSeconds", served.itlNs, unanswered.withGaps);
  for (const [at, each] of classes.entries()) {
    put(`classes.${at}.ttftSeconds`, each.ttftNs, each.unanswered.requests);
    put(`classes.${at}.tpotSeconds`, each.tpotNs, each.unanswered.withGaps);
    put(`classes.${at}.e2eSeconds`, each.e2eNs, each.unanswered.requests);
    put(`classes.${at}.queueSeconds`, each.queueNs, each.unanswered.requests);
  }
  return { latencies, growth: growthOf(served) };
}

/** Mean TTFT of the last third of the arrivals over that of the first; null where requests come at once, or are few, or too many to keep in order. */
function growthOf({ levels, ttftNs: { values, times } }: Served): number | null {
  if (levels === undefined || levels.lastArrivalNs === 0 || values === undefined || times !== undefined) return null;
  const third = Math.floor(values.length / 3);
  if (values.length < FEWEST) return null;
  const first = sum(values.subarray(0, third));
  return first === 0 ? null : sum(values.subarray(values.length - third)) / first;
}

function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** Optional parts that `summarize` adds to a report. */
export interface SummaryOptions {
  /** Whether latencies are reported whole. */
  readonly distributions?: boolean;
  /** Whether copies are counted by expert in each layer. */
  readonly perExpert?: boolean;
}
