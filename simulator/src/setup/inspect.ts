import type { PlanFacts } from "@tokenyard/placement";
import type { RankMemory } from "@tokenyard/program";
import type { CoverageFacts, Warning } from "@tokenyard/report";
import type { Assumption } from "@tokenyard/scenario";
import type { Role, Setup } from "../inputs/setup.ts";
import { drawingOf } from "../law/law-limits.ts";
import { coverageFacts } from "./facts/coverage-facts.ts";
import { fullestMemory, planFactsOf, routingNames } from "./facts/pool-facts.ts";
import { type SmallLosses, smallLosses } from "./facts/small-losses.ts";
import { START_SECONDS } from "./work/expected-work.ts";

/** Facts on a plan without a run. */
export interface Inspection {
  readonly plan: PlanFacts;
  readonly memory: RankMemory;
  /** Pools, if prefill and decode are separate; `plan` is then that of the first, with the ranks and nodes of both. */
  readonly pools: readonly PoolInspection[] | null;
  readonly models: readonly string[];
  /** Values that were not stated. */
  readonly assumed: readonly Assumption[];
  readonly warnings: readonly Warning[];
  /** Effects of single losses on experts; if the scenario has faults. */
  readonly coverage?: CoverageFacts;
  /** Single slots, and links, rails and leaf switches, with the number of each that a replica can lose and go on. */
  readonly smallLosses?: SmallLosses;
  /** Seconds of one core that a run in a process of its own is expected to take, within a factor of three. */
  readonly workSeconds: number;
}

export interface PoolInspection {
  readonly role: Role;
  readonly replicas: number;
  readonly plan: PlanFacts;
  readonly memory: RankMemory;
}

export function inspect(setup: Setup): Inspection {
  const { scenario, pools, network, warnings } = setup;
  const speaksOfFaults =
    [scenario, ...(scenario.pools ?? [])].some(({ health, spares }) => (health ?? spares) !== undefined) || scenario.faults !== undefined;
  return {
    plan: planFactsOf(pools),
    memory: fullestMemory(pools),
    pools:
      pools.length === 1 ? null : pools.map(({ role, plan, facts, memory }) => ({ role, replicas: plan.replicas, plan: facts, memory })),
    models: [
      ...new Set([
        ...pools.map(({ kernels }) => kernels.name),
        network.name,
        ...routingNames(
          pools,
          pools.some((pool) => drawingOf(pool).byLaw),
        ),
      ]),
    ],
    assumed: scenario.assumed,
    warnings,
    workSeconds: START_SECONDS + setup.workSeconds,
    ...(speaksOfFaults ? { ...coverageFacts(pools), smallLosses: smallLosses(scenario.faults, pools) } : {}),
  };
}
