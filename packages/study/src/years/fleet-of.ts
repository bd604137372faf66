import { layerKinds } from "@tokenyard/model";
import type { Fleet } from "@tokenyard/resilience";
import { type Scenario, withoutPolicies } from "@tokenyard/scenario";
import { loadSecondsOf, prepare, ranksNeedingLinks } from "@tokenyard/simulator";

/**
 * `scenario` with one request in place of its own: years need none, and its trace may be missing. The load of a plug-in is gone with them.
 */
export function withoutRequests(scenario: Scenario): Scenario {
  const one = { kind: "fixed", value: 1 } as const;
  const plan = withoutPolicies(scenario, ["workload"]);
  return { ...plan, workload: { kind: "batch", sequences: 1, promptTokens: one, outputTokens: one } } as Scenario;
}

/** The pools of `scenario`, which is without requests, as years wear them down; one that does both where there are none. Throws Problems where there is no such plan. */
export function fleetsOf(scenario: Scenario): Fleet[] {
  return prepare(scenario).pools.map((setup) => {
    const { role, plan } = setup;
    const own = role === "all" ? scenario : setup.scenario;
    return {
      ...(role === "all" ? {} : { pool: role }),
      scenario: own,
      plan,
      withExperts: layerKinds(own.model).map((kind) => kind === "moe"),
      load: loadSecondsOf(own, setup),
      needLinks: ranksNeedingLinks(setup),
    };
  });
}
