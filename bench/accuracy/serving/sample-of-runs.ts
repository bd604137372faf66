import type { ServingRun } from "./serving-run.ts";
import { hasExperts, hindrance } from "./serving-scenario.ts";

/** Every how many runs one is simulated: those with experts take some seconds each, those of pools up to minutes. */
export const EVERY = { dense: 7, experts: 23, pools: 3 } as const;
/** Most tokens of output of runs with experts, whose time grows with them. */
export const MOST_OUTPUT = 1024;
/** Most users of runs of pools in the sample. */
export const MOST_USERS = 600;

/** Runs of replicas that do both at equal steps of the list, of each kind; those that no scenario can say all stay, to be counted. */
export function sampleOfRuns(runs: readonly ServingRun[]): ServingRun[] {
  const sayable = runs.filter((run) => hindrance(run) === undefined && run.isTogether);
  return [
    ...runs.filter((run) => hindrance(run) !== undefined),
    ...stepped(
      sayable.filter((run) => !hasExperts(run)),
      EVERY.dense,
    ),
    ...stepped(
      sayable.filter((run) => hasExperts(run) && run.outputTokens <= MOST_OUTPUT),
      EVERY.experts,
    ),
  ];
}

/** Runs of pools of which the row says all, in the order of the list. */
export function pooledRuns(runs: readonly ServingRun[]): ServingRun[] {
  return runs.filter((run) => run.pools !== undefined && hindrance(run) === undefined);
}

/** Those at equal steps of the list that have few enough users. */
export function sampleOfPooled(runs: readonly ServingRun[]): ServingRun[] {
  return stepped(
    pooledRuns(runs).filter(({ concurrency }) => concurrency <= MOST_USERS),
    EVERY.pools,
  );
}

function stepped(runs: readonly ServingRun[], every: number): ServingRun[] {
  return runs.filter((_, i) => i % every === 0);
}
