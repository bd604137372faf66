import { type Scenario, withoutPolicies } from "@tokenyard/scenario";
import { inspect, prepare } from "@tokenyard/simulator";

/**
 * Numbers of the plan that `scenario` means, by their paths in the report, without a run. A plan under load does not depend on which
 * requests come, so no trace is read. Throws Problems where there is no such plan.
 */
export function planFacts(scenario: Scenario): (path: string) => number | null {
  const { plan, memory } = inspect(prepare(withoutTrace(scenario)));
  const facts = { plan, memory, gpus: plan.ranks };
  return (path) => numberAt(facts, path);
}

/** One request in place of a trace. */
function withoutTrace(scenario: Scenario): Scenario {
  const { workload, serving } = scenario;
  if (workload.kind !== "trace" || serving.scheduler.kind === "static") return scenario;
  const one = { kind: "fixed", value: 1 } as const;
  return { ...withoutPolicies(scenario, ["workload"]), workload: { kind: "batch", sequences: 1, promptTokens: one, outputTokens: one } };
}

function numberAt(tree: object, path: string): number | null {
  let value: unknown = tree;
  for (const key of path.split("."))
    value = typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  return typeof value === "number" ? value : null;
}
