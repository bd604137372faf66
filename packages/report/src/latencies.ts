import { REQUEST_STATUS, type RequestColumns } from "./recording.ts";
import type { Stats } from "./report.ts";
import { statsOf } from "./stats.ts";

/** One value per request that has one, in nanoseconds. */
export interface Latencies {
  /** First token − arrival, of every request with a first token. */
  readonly ttftNs: Float64Array;
  /** (last − first token) / (outputs − 1), of finished requests with at least two outputs. */
  readonly tpotNs: Float64Array;
  /** Last token − arrival, of finished requests. */
  readonly e2eNs: Float64Array;
}

export function latenciesOf(requests: RequestColumns): Latencies {
  const { arrivedNs, firstTokenNs, finishedNs, outputTokens, status } = requests;
  const ttftNs: number[] = [];
  const tpotNs: number[] = [];
  const e2eNs: number[] = [];
  for (let request = 0; request < status.length; request++) {
    const firstNs = firstTokenNs[request]!;
    if (Number.isNaN(firstNs)) continue;
    ttftNs.push(firstNs - arrivedNs[request]!);
    if (status[request] !== REQUEST_STATUS.finished) continue;
    const lastNs = finishedNs[request]!;
    const gaps = outputTokens[request]! - 1;
    if (gaps > 0) tpotNs.push((lastNs - firstNs) / gaps);
    e2eNs.push(lastNs - arrivedNs[request]!);
  }
  return { ttftNs: Float64Array.from(ttftNs), tpotNs: Float64Array.from(tpotNs), e2eNs: Float64Array.from(e2eNs) };
}

/** Statistics in seconds of latencies in nanoseconds. */
export function secondsStats(latenciesNs: Float64Array): Stats | null {
  const ns = statsOf(latenciesNs);
  if (ns === null) return null;
  return { mean: ns.mean / 1e9, p50: ns.p50 / 1e9, p90: ns.p90 / 1e9, p99: ns.p99 / 1e9, max: ns.max / 1e9 };
}
