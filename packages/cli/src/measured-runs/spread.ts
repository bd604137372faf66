import type { MeasuredRequest, Spread, ToolRun } from "./measured-run.ts";

const SHARES = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 } as const;

/** Mean and percentiles of `values`, which interpolate linearly, as numpy's do; null where there are none. */
export function spreadOf(values: readonly number[]): Spread | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => {
    const place = share * (sorted.length - 1);
    const below = Math.floor(place);
    return sorted[below]! + (place - below) * ((sorted[below + 1] ?? sorted[below]!) - sorted[below]!);
  };
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  return { mean, p50: at(SHARES.p50), p90: at(SHARES.p90), p95: at(SHARES.p95), p99: at(SHARES.p99) };
}

/** The numbers of a run that follow from its requests one by one; those that failed count as failed only. */
export function ofRequests(
  each: readonly MeasuredRequest[],
): Pick<ToolRun, "requests" | "promptTokens" | "outputTokens" | "ttftSeconds" | "tpotSeconds" | "itlSeconds" | "e2eSeconds" | "each"> {
  const finished = each.filter(({ failed }) => !failed);
  const known = (values: readonly (number | null)[]) => spreadOf(values.filter((value) => value !== null));
  return {
    requests: { finished: finished.length, failed: each.length - finished.length },
    promptTokens: known(finished.map(({ promptTokens }) => promptTokens)),
    outputTokens: known(finished.map(({ outputTokens }) => outputTokens)),
    ttftSeconds: known(finished.map(({ ttftSeconds }) => ttftSeconds)),
    tpotSeconds: known(finished.map(tpotOf)),
    itlSeconds: known(finished.flatMap(({ itlSeconds }) => itlSeconds ?? [])),
    e2eSeconds: known(finished.map(({ e2eSeconds }) => e2eSeconds)),
    each: [...each],
  };
}

/** Seconds for each output token after the first; null where there is but one. */
function tpotOf({ outputTokens, ttftSeconds, e2eSeconds }: MeasuredRequest): number | null {
  if (outputTokens < 2 || ttftSeconds === null || e2eSeconds === null) return null;
  return Math.max(0, e2eSeconds - ttftSeconds) / (outputTokens - 1);
}
