import { withExpertsByTriton } from "@tokenyard/cluster";
import { type Plan, suitsExchange } from "@tokenyard/placement";
import { type Problem, poolAlone, type Scenario } from "@tokenyard/scenario";
import type { Role } from "../../inputs/setup.ts";

/** A pool as a scenario of its own: its GPUs, its degrees, and as many replicas as it counts. */
export interface PoolScenario {
  readonly role: Role;
  readonly scenario: Scenario;
  /** A problem of that scenario, at the path where the user wrote the value. */
  problem(found: Problem): Problem;
}

/**
 * The pools of `scenario`, the one that prefills first; one that does all when it names none. An exchange that suits only one of two pools is that of
 * this pool; the other has its default.
 */
export function poolScenarios(scenario: Scenario): readonly PoolScenario[] {
  const { pools } = scenario;
  if (pools === undefined) return [{ role: "all", scenario, problem: (found) => found }];
  const isOfOne = pools.some(({ parallelism }) => suitsExchange(scenario, parallelism ?? scenario.parallelism));
  return (["prefill", "decode"] as const).map((role) => {
    const at = pools.findIndex((each) => each.role === role);
    const { gpu, parallelism } = pools[at]!;
    const alone = poolAlone(scenario, at);
    const { exchange, ...others } = alone.routing;
    const isAnothers = isOfOne && !suitsExchange(alone, alone.parallelism);
    return {
      role,
      scenario: { ...alone, pools, routing: isAnothers ? others : alone.routing },
      problem: (found) => {
        const { path } = found;
        if (path[0] === "parallelism" && path[1] === "data") return { ...found, path: ["pools", at, "count"] };
        if (path[0] === "parallelism" && parallelism !== undefined) return { ...found, path: ["pools", at, ...path] };
        if (path[0] === "cluster" && path[1] === "gpu" && gpu !== undefined) return { ...found, path: ["pools", at, ...path.slice(1)] };
        return found;
      },
    };
  });
}

/** The scenario with the kernels that its engine runs for experts that are not whole, or whose tokens do not come by an all-to-all. */
export function withKernelsOf(scenario: Scenario, { exchange, tensor }: Plan): Scenario {
  const isByDeepEp = exchange === "all-to-all" && tensor === 1;
  return !isByDeepEp && scenario.model.experts !== undefined ? { ...scenario, cluster: withExpertsByTriton(scenario.cluster) } : scenario;
}
