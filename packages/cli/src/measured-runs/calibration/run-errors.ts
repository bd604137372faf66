import type { SensitiveRun } from "@tokenyard/study";
import type { MeasuredRun } from "../run/measured-run.ts";
import { tpotOf } from "../run/spread.ts";

/** Fewer requests say nothing of how much they differ. */
const LEAST_REQUESTS = 5;

/** Standard errors of the mean TTFT and TPOT of `run` as shares of these, by how much its requests differ; with lengths that vary this is more than the error. */
export function errorsOfRun({ each }: MeasuredRun): SensitiveRun["errors"] {
  const finished = (each ?? []).filter(({ failed }) => !failed);
  if (finished.length < LEAST_REQUESTS) return undefined;
  return {
    ttftSeconds: standardError(finished.map(({ ttftSeconds }) => ttftSeconds)),
    tpotSeconds: standardError(finished.map(tpotOf)),
  };
}

/** Standard error of the mean of `all`, as a share of it. */
function standardError(all: readonly (number | null)[]): number {
  const values = all.filter((value) => value !== null);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  return values.length < LEAST_REQUESTS || mean === 0 ? 0 : Math.sqrt(squares / (values.length - 1) / values.length) / mean;
}
