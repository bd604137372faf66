import { isDealtOut, mostVerifiedOf, type ServingSpec } from "@tokenyard/scenario";
import { batchSizesOf } from "./batches/batch-sizes.ts";
import type { Load, Scheduler, ServingContext } from "./scheduler.ts";
import { ContinuousScheduler } from "./schedulers/continuous.ts";
import { continuousPass } from "./schedulers/continuous-load.ts";
import { StaticScheduler } from "./schedulers/static.ts";
import { everyFewPasses, MIXED, PROMPTS_ALONE } from "./schedulers/turns.ts";

/** The scheduler that `serving` names, over the requests and replicas of `context`. */
export function createScheduler(serving: ServingSpec, context: ServingContext): Scheduler {
  const spec = serving.scheduler;
  switch (spec.kind) {
    case "static":
      return new StaticScheduler(spec, context);
    case "continuous":
      return new ContinuousScheduler(spec, serving, MIXED, context);
    case "prefill-first":
      return new ContinuousScheduler(spec, serving, PROMPTS_ALONE, context);
    case "cadence":
      return new ContinuousScheduler(spec, serving, everyFewPasses(spec.every), context);
  }
}

/** The largest pass that the scheduler will make, where it is known without the requests. */
export function largestPassOf(
  serving: ServingSpec,
  dataGroups: number,
): Pick<Load, "passTokens" | "passTotalTokens" | "passSequences"> | undefined {
  if (isDealtOut(serving.scheduler)) return undefined;
  return continuousPass(serving.scheduler, dataGroups, batchSizesOf(serving), mostVerifiedOf(serving) - 1);
}
