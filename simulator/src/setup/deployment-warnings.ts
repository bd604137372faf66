import type { PlanFacts, Warning } from "@tokenyard/report";
import { fusionOf, grouped, type Scenario } from "@tokenyard/scenario";

/** Differences between the configuration block of a plan and the simulated plan, with both values. */
export function deploymentWarnings({ deployment, routing, serving }: Scenario, facts: PlanFacts): Warning[] {
  const { gpu_groups: groups = {}, memory_config: memory = {}, performance_config: performance = {} } = deployment ?? {};
  const { kind } = serving.scheduler;
  const { feedForward, norms } = fusionOf(serving);
  const isSharded = facts.stages * facts.ranksPerStage > 1;
  const said: readonly (readonly [path: string, said: number | string | undefined, is: number | string])[] = [
    ["gpu_groups.tensor_parallel_groups", groups.tensor_parallel_groups, facts.tensorGroups],
    ["gpu_groups.pipeline_stages", groups.pipeline_stages, facts.pipelineStages],
    ["gpu_groups.expert_parallel_groups", groups.expert_parallel_groups, facts.expertGroups],
    ["memory_config.model_sharding", memory.model_sharding, isSharded ? "enabled" : "disabled"],
    ["memory_config.activation_checkpointing", memory.activation_checkpointing, "disabled"],
    ["memory_config.kv_cache_dynamic", memory.kv_cache_dynamic, kind === "static" ? "disabled" : "enabled"],
    ["performance_config.expert_capacity_factor", performance.expert_capacity_factor, routing.capacityFactor ?? "none"],
    ["performance_config.batching_strategy", performance.batching_strategy, kind],
    ["performance_config.kernel_optimization", performance.kernel_optimization, feedForward && norms ? "enabled" : "disabled"],
  ];
  return said.flatMap(([path, own, is]) => {
    if (own === undefined || own === is) return [];
    return [{ code: "deployment-differs", message: `deployment.${path} says ${text(own)}, but the plan has ${text(is)}` }];
  });
}

function text(value: number | string): string {
  return typeof value === "number" ? grouped(value) : value;
}
