import type { ServingRun } from "./serving-run.ts";
import { hindrance } from "./serving-scenario.ts";

/** Most users of runs of pools in the sample. */
export const MOST_USERS = 600;

/** Runs of pools of which the row says all, in the order of the list. */
export function pooledRuns(runs: readonly ServingRun[]): ServingRun[] {
  return runs.filter((run) => run.pools !== undefined && hindrance(run) === undefined);
}
