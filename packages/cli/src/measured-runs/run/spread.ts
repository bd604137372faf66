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

/** A spread as a tool writes it: missing parts are null, or absent. */
export type WrittenSpread = Partial<Record<keyof Spread, number | null | undefined>>;

/** A tool's spread times `scale`, which converts its unit to seconds; null without a mean. */
export function scaledSpread(written: WrittenSpread | null | undefined, scale = 1): Spread | null {
  if (written?.mean == null) return null;
  const at = (value: number | null | undefined) => (value == null ? null : value * scale);
  const { mean, p50, p90, p95, p99 } = written;
  return { mean: mean * scale, p50: at(p50), p90: at(p90), p95: at(p95), p99: at(p99) };
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

/** Throughput of separate requests that took `seconds` together. */
export function throughputOf(each: readonly MeasuredRequest[], seconds: number): ToolRun["throughput"] {
  const finished = each.filter(({ failed }) => !failed);
  const total = (of: (request: MeasuredRequest) => number) => finished.reduce((sum, request) => sum + of(request), 0);
  const perSecond = (amount: number) => (seconds > 0 ? amount / seconds : null);
  const output = total(({ outputTokens }) => outputTokens);
  return {
    requestsPerSecond: perSecond(finished.length),
    outputTokensPerSecond: perSecond(output),
    totalTokensPerSecond: perSecond(output + total(({ promptTokens }) => promptTokens ?? 0)),
  };
}

/** Seconds for each output token after the first; null where there is but one. */
export function tpotOf({ outputTokens, ttftSeconds, e2eSeconds }: MeasuredRequest): number | null {
  if (outputTokens < 2 || ttftSeconds === null || e2eSeconds === null) return null;
  return Math.max(0, e2eSeconds - ttftSeconds) / (outputTokens - 1);
}
