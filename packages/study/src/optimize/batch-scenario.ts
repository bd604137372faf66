import { type Problem, Problems, type Scenario, type ServingSpec, type WorkloadSpec } from "@tokenyard/scenario";

type StaticSpec = Extract<ServingSpec["scheduler"], { kind: "static" }>;

/** A scenario whose whole batch is there at the start, and dealt out before it runs. */
export type BatchScenario = Scenario & {
  readonly workload: Extract<WorkloadSpec, { kind: "batch" }>;
  readonly serving: { readonly scheduler: StaticSpec };
};

/** `scenario`, whose batch is dealt out before it runs. Throws Problems when its requests come later, or its scheduler decides later. */
export function batchScenario(scenario: Scenario): BatchScenario {
  const { workload, serving } = scenario;
  const problems: Problem[] = [];
  const instead = "to search over plans; tokenyard sweep takes any load";
  if (workload.kind !== "batch") problems.push({ path: ["workload", "kind"], given: workload.kind, wanted: `a batch ${instead}` });
  else if (serving.scheduler.kind !== "static") {
    problems.push({ path: ["serving", "scheduler", "kind"], given: serving.scheduler.kind, wanted: `static ${instead}` });
  }
  if (problems.length > 0) throw new Problems(problems);
  return scenario as BatchScenario;
}
