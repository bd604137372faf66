import { layerKinds } from "@tokenyard/model";
import type { Fleet } from "@tokenyard/resilience";
import { Problems, type Scenario, withoutPolicies } from "@tokenyard/scenario";
import { loadSecondsOf, prepare, ranksNeedingLinks } from "@tokenyard/simulator";

/**
 * `scenario` with one request in place of its own: years need none, and its trace may be missing. The load of a plug-in is gone with them.
 */
export function withoutRequests(scenario: Scenario): Scenario {
  const one = { kind: "fixed", value: 1 } as const;
  const plan = withoutPolicies(scenario, ["workload"]);
  return { ...plan, workload: { kind: "batch", sequences: 1, promptTokens: one, outputTokens: one } } as Scenario;
}

/** The plan of `scenario`, which is without requests, as years wear it down. Throws Problems where there is no such plan. */
export function fleetOf(scenario: Scenario): Fleet {
  if (scenario.pools !== undefined)
    throw new Problems([
      {
        path: ["pools"],
        given: "pools",
        wanted: "replicas that do both: years of pools are not modelled, though runs have faults of pools",
      },
    ]);
  const setup = prepare(scenario);
  const withExperts = layerKinds(scenario.model).map((kind) => kind === "moe");
  return {
    scenario,
    plan: setup.plan,
    withExperts,
    load: loadSecondsOf(scenario, setup.pools[0]!),
    needLinks: ranksNeedingLinks(setup.pools[0]!),
  };
}
