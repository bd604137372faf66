import { layerKinds } from "@tokenyard/model";
import type { Fleet } from "@tokenyard/resilience";
import { Problems, type Scenario } from "@tokenyard/scenario";
import { loadSecondsOf, prepare } from "@tokenyard/simulator";

/** The plan of `scenario` as years wear it down. Its requests do not matter, so one stands for them. Throws Problems where there is no such plan. */
export function fleetOf(scenario: Scenario): Fleet {
  if (scenario.pools !== undefined)
    throw new Problems([{ path: ["pools"], given: "pools", wanted: "replicas that do both, whose faults are modelled" }]);
  const one = { kind: "fixed", value: 1 } as const;
  const { faults: _, ...rest } = scenario;
  const setup = prepare({ ...rest, workload: { kind: "batch", sequences: 1, promptTokens: one, outputTokens: one } } as Scenario);
  const withExperts = layerKinds(scenario.model).map((kind) => kind === "moe");
  return { scenario: rest as Scenario, plan: setup.plan, withExperts, load: loadSecondsOf(scenario, setup.pools[0]!) };
}
