import type { ServingRun } from "./serving-run.ts";
import { hindrance } from "./serving-scenario.ts";
import { type Kind, kindOf } from "./stratum.ts";

/** Every how many runs one is simulated, by kind of model and for pools: those with experts take some seconds each, those of pools up to minutes. */
export const EVERY: Readonly<Record<Kind, number>> = { experts: 14, "experts and latent attention": 4, dense: 22 };
export const EVERY_OF_POOLS = 3;
/** Most users and tokens of output of runs in the sample, whose time grows with both. */
export const FEW = { users: 32, output: 1100 } as const;
/** Most users of runs of pools in the sample. */
export const MOST_USERS = 600;

/** Runs of replicas that do both at equal steps of the list, of each kind of model; those that no scenario can say all stay, to be counted. */
export function sampleOfRuns(runs: readonly ServingRun[]): ServingRun[] {
  const few = runs.filter(
    (run) => hindrance(run) === undefined && run.isTogether && run.concurrency <= FEW.users && run.outputTokens <= FEW.output,
  );
  const ofKinds = (Object.keys(EVERY) as Kind[]).flatMap((kind) =>
    stepped(
      few.filter((run) => kindOf(run) === kind),
      EVERY[kind],
    ),
  );
  return [...runs.filter((run) => hindrance(run) !== undefined), ...ofKinds];
}

/** Runs of pools of which the row says all, in the order of the list. */
export function pooledRuns(runs: readonly ServingRun[]): ServingRun[] {
  return runs.filter((run) => run.pools !== undefined && hindrance(run) === undefined);
}

function stepped(runs: readonly ServingRun[], every: number): ServingRun[] {
  return runs.filter((_, i) => i % every === 0);
}
