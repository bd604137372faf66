import { dealtOutProblem, Problems, type Scenario, type ServingSpec, type WorkloadSpec } from "@tokenyard/scenario";

type StaticSpec = Extract<ServingSpec["scheduler"], { kind: "static" }>;

/** A scenario whose whole batch is there at the start, and dealt out before it runs. */
export type BatchScenario = Scenario & {
  readonly workload: Extract<WorkloadSpec, { kind: "batch" }>;
  readonly serving: { readonly scheduler: StaticSpec };
};

/** Whether all of `scenario` is known before it runs: its batch is dealt out then. */
export function isDealt(scenario: Scenario): scenario is BatchScenario {
  return scenario.workload.kind === "batch" && scenario.serving.scheduler.kind === "static";
}

/** `scenario`, of which a search knows that its batch is dealt out before it runs. */
export function batchScenario(scenario: Scenario): BatchScenario {
  if (!isDealt(scenario)) throw new Error("a batch that is not dealt out before it runs");
  return scenario;
}

/** `scenario`, if a search can choose among its plans. Throws Problems otherwise. */
export function searchable(scenario: Scenario): Scenario {
  const problem = dealtOutProblem(scenario);
  if (problem !== undefined) throw new Problems([problem]);
  return scenario;
}
