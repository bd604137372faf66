import { computeProblems, fitProblems } from "@tokenyard/cluster";
import { gateProblems, goesByClass, keptOf, modelProblems } from "@tokenyard/model";
import { compilePlan, type Plan } from "@tokenyard/placement";
import { type Problem, Problems, type Scenario } from "@tokenyard/scenario";

/** Problems of a gate by classes without classes. */
function classProblems({ routing, workload }: Scenario): Problem[] {
  if (!goesByClass(routing.gate) || ("classes" in workload && workload.classes !== undefined)) return [];
  return [
    { path: ["routing", "gate", "by"], given: "class, and a workload without classes", wanted: "a workload with classes, or by: request" },
  ];
}

/**
 * Mechanisms that do not run with layers that keep states: refused rather than silently left out of the times. Source:
 * docs/models/mixers.md#states.
 */
function kindProblems({ model, serving }: Scenario): Problem[] {
  if (model.layerKinds === undefined || serving.kv?.prefixCache !== true || serving.kv.states?.kind === "slots") return [];
  const { token, state } = keptOf(model, 1);
  if (state === 0 || token > 0) return [];
  const given = "true with states alone, which take no blocks of a cache";
  return [{ path: ["serving", "kv", "prefixCache"], given, wanted: "states: slots beside it, or false" }];
}

/** The plan, or every problem of the model, the gate, the plan and the GPU together. */
export function checkedPlan(scenario: Scenario): Plan {
  const { model, routing, cluster } = scenario;
  const problems: Problem[] = [
    ...modelProblems(model),
    ...gateProblems(model, routing.gate),
    ...classProblems(scenario),
    ...kindProblems(scenario),
    ...computeProblems(cluster, model),
    ...fitProblems(cluster),
  ];
  let plan: Plan | undefined;
  try {
    plan = compilePlan(scenario);
  } catch (error) {
    if (!(error instanceof Problems)) throw error;
    problems.push(...error.problems);
  }
  if (problems.length > 0) throw new Problems(problems);
  return plan!;
}
