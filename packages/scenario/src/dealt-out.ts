import type { Problem } from "./problems/problem.ts";
import type { Scenario } from "./schema/scenario.ts";
import type { ServingSpec } from "./schema/serving.ts";

type SchedulerSpec = ServingSpec["scheduler"];

/** Whether all requests are dealt out before the run; else they are served as they come. */
export function isDealtOut(scheduler: SchedulerSpec): scheduler is Extract<SchedulerSpec, { readonly kind: "static" }> {
  return scheduler.kind === "static";
}

/** Problem of a scheduler that deals out a batch, where requests come over time; undefined where it has a batch, or is another. */
export function dealtOutProblem({ serving, workload }: Pick<Scenario, "serving" | "workload">): Problem | undefined {
  if (!isDealtOut(serving.scheduler) || workload.kind === "batch") return undefined;
  return {
    path: ["serving", "scheduler"],
    given: "static",
    wanted: `continuous, prefill-first or cadence for a workload of kind ${workload.kind}: static, the default, deals out a batch before it runs`,
  };
}
