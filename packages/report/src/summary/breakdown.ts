import type { BreakdownColumns } from "../recording/recording.ts";
import type { Served } from "../recording/served.ts";
import type { Report } from "../schema/report.ts";

/** Mean TTFT and TPOT, in seconds, split along the critical path; of answered requests; null when none has one. Keys with nothing are left out. */
export function breakdownOf(columns: BreakdownColumns, served: Served): Report["breakdown"] {
  const { keys, ttftNs, tpotNs } = columns;
  return {
    ttft: meanSeconds(keys, ttftNs, served.ttftNs.count),
    tpot: meanSeconds(keys, tpotNs, served.tpotNs.count),
  };
}

function meanSeconds(keys: readonly string[], sumsNs: Float64Array, requests: number): Record<string, number> | null {
  if (requests === 0) return null;
  const seconds: Record<string, number> = {};
  for (const [index, key] of keys.entries()) {
    const sumNs = sumsNs[index]!;
    if (sumNs !== 0) seconds[key] = sumNs / requests / 1e9;
  }
  return seconds;
}
