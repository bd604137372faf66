import type { Plan } from "@tokenyard/placement";
import { checkpointProblems, faultProblems, retryProblems } from "@tokenyard/resilience";
import { messageOf, type Problem, type Scenario } from "@tokenyard/scenario";
import { alertProblems } from "./alert-problems.ts";
import { once } from "./each-pool.ts";
import { cachedProblems, intakeProblems } from "./intake-problems.ts";
import { contextRefusals } from "./plans/context-refusals.ts";
import type { PoolScenario } from "./plans/pool-scenario.ts";
import { steadyProblems } from "./plans/steady-problems.ts";
import { speculationProblems } from "./speculation-problems.ts";

type ProblemsOfPool = typeof contextRefusals;

/** Problems of parts of a scenario beside each other, and on its `plans` [pools]. */
export function scenarioProblems(scenario: Scenario, pools: readonly PoolScenario[], plans: readonly Plan[]): Problem[] {
  const ofPools = (problemsOf: ProblemsOfPool) => {
    const all = pools.flatMap((pool, i) => problemsOf(pool.scenario, plans[i]!, pool.role).map((found) => pool.problem(found)));
    return once(all, messageOf);
  };
  return [
    ...faultProblems(scenario, plans),
    ...retryProblems(scenario),
    ...checkpointProblems(scenario, plans),
    ...ofPools(contextRefusals),
    ...intakeProblems(scenario),
    ...cachedProblems(scenario),
    ...steadyProblems(scenario, plans[0]!),
    ...ofPools(speculationProblems),
    ...alertProblems(scenario),
  ];
}
