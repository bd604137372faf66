import type { ServingRun } from "./serving-run.ts";
import { hasExperts, hindrance } from "./serving-scenario.ts";

/** Every how many runs one is simulated: those with experts take some seconds each. */
export const EVERY = { dense: 7, experts: 23 } as const;
/** Most tokens of output of runs with experts, whose time grows with them. */
export const MOST_OUTPUT = 1024;

/** Runs at equal steps of the list, of each kind; those that no scenario can say all stay, to be counted. */
export function sampleOfRuns(runs: readonly ServingRun[]): ServingRun[] {
  const sayable = runs.filter((run) => hindrance(run) === undefined);
  const stepped = (own: readonly ServingRun[], every: number) => own.filter((_, i) => i % every === 0);
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
