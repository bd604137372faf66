import { computeProblems, fitProblems } from "@tokenyard/cluster";
import { gateProblems, goesByClass, modelProblems } from "@tokenyard/model";
import { compilePlan, type Plan } from "@tokenyard/placement";
import { type Problem, Problems, type Scenario } from "@tokenyard/scenario";
import { kindProblems } from "./kind-problems.ts";

/** Problems of a gate by classes without classes. */
function classProblems({ routing, workload }: Scenario): Problem[] {
  if (!goesByClass(routing.gate) || ("classes" in workload && workload.classes !== undefined)) return [];
  return [
    { path: ["routing", "gate", "by"], given: "class, and a workload without classes", wanted: "a workload with classes, or by: request" },
  ];
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
