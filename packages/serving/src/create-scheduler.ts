import type { ServingSpec } from "@tokenyard/scenario";
import type { Scheduler, ServingContext } from "./scheduler.ts";
import { StaticScheduler } from "./schedulers/static.ts";

/** The scheduler that `serving` names, over the requests and replicas of `context`. */
export function createScheduler(serving: ServingSpec, context: ServingContext): Scheduler {
  const spec = serving.scheduler;
  switch (spec.kind) {
    case "static":
      return new StaticScheduler(spec, context);
  }
}
