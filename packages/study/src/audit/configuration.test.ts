import { expect, test } from "vitest";
import { ALONE } from "../fixtures/audited.ts";
import { CERTAIN, claimed } from "../fixtures/claimed.ts";
import { audit } from "./audit.ts";

test("the plan's own configuration is held against the compiled plan, and words that decide nothing are undecided", async () => {
  const deployment = {
    gpu_groups: { tensor_parallel_groups: 2, pipeline_stages: 8, expert_parallel_groups: 1 },
    memory_config: { model_sharding: "enabled", activation_checkpointing: "enabled", kv_cache_dynamic: "enabled" },
    performance_config: { expert_capacity_factor: 1.2, batching_strategy: "static", kernel_optimization: "enabled" },
  };
  const { claims } = await audit(claimed([], { ...CERTAIN, deployment }), ALONE);
  expect(claims.map(({ id, verdict }) => [id, verdict])).toEqual([
    ["deployment.tensor_parallel_groups", "holds"], // 2 ranks, each a tensor group of its own
    ["deployment.pipeline_stages", "fails"],
    ["deployment.expert_parallel_groups", "holds"],
    ["deployment.expert_capacity_factor", "undecided"], // the scenario has none
    ["deployment.model_sharding", "holds"],
    ["deployment.activation_checkpointing", "undecided"],
    ["deployment.kv_cache_dynamic", "undecided"],
    ["deployment.batching_strategy", "holds"],
    ["deployment.kernel_optimization", "undecided"],
  ]);
});

test("words that the simulation can follow are judged by whether it does", async () => {
  const deployment = {
    memory_config: { activation_checkpointing: "enabled", kv_cache_dynamic: "disabled" },
    performance_config: { batching_strategy: "continuous" },
  };
  const serving = { scheduler: { kind: "continuous" }, recompute: { kind: "all" } };
  const { claims } = await audit(claimed([], { ...CERTAIN, serving, deployment }), ALONE);
  expect(claims.map(({ id, verdict }) => [id, verdict])).toEqual([
    ["deployment.activation_checkpointing", "holds"],
    ["deployment.kv_cache_dynamic", "fails"], // blocks are taken as sequences grow
    ["deployment.batching_strategy", "holds"],
  ]);
});
