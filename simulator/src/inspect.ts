import type { PlanFacts, RankMemory } from "@tokenyard/placement";
import type { Warning } from "@tokenyard/report";
import type { Setup } from "./setup.ts";

/** What can be said of a plan without running it. */
export interface Inspection {
  readonly plan: PlanFacts;
  readonly memory: RankMemory;
  readonly models: readonly string[];
  readonly warnings: readonly Warning[];
}

export function inspect(setup: Setup): Inspection {
  return { plan: setup.facts, memory: setup.memory, models: [setup.kernels.name, setup.network.name], warnings: setup.warnings };
}
