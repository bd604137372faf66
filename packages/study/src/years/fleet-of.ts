import { layerKinds } from "@tokenyard/model";
import type { Fleet } from "@tokenyard/resilience";
import { type Door, type HealthSpec, Problems, type Scenario, withoutPolicies } from "@tokenyard/scenario";
import { loadSecondsOf, prepare, ranksNeedingLinks } from "@tokenyard/simulator";

/**
 * `scenario` with one request in place of its own: years need none, and its trace may be missing. Policies of plug-ins that only runs ask are gone:
 * those of faults, and that of the load.
 */
export function withoutRequests(scenario: Scenario): Scenario {
  const one = { kind: "fixed", value: 1 } as const;
  const plan = withoutPolicies(scenario, ["workload", ...Object.keys(OF_FAULTS)] as Door[]);
  return { ...plan, workload: { kind: "batch", sequences: 1, promptTokens: one, outputTokens: one } } as Scenario;
}

/** Doors whose policies years do not ask, and what decides in their place. */
const OF_FAULTS: Partial<Record<Door, (health: HealthSpec) => string>> = {
  "health.detection": () => "the detectors beside it",
  "health.onLoss": ({ onLoss }) => `${onLoss.kind}, which stands in for it`,
};

/** Policies of plug-ins that decide in runs and not over years, each with what does. */
export function notAskedOverYears({ policies = [], health }: Scenario): string[] {
  return policies.flatMap(({ door, kind, plugin }) => {
    const instead = health === undefined ? undefined : OF_FAULTS[door]?.(health);
    return instead === undefined ? [] : [`${door} (${kind}, of plug-in ${plugin}): it decides in runs only; over years ${instead}`];
  });
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
