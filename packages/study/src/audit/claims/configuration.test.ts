import { expect, test } from "vitest";
import { ALONE } from "../../fixtures/audited.ts";
import { CERTAIN, claimed } from "../../fixtures/claimed.ts";
import { audit } from "../audit.ts";

test("the plan's own configuration is held against the compiled plan, and what the scenario does not say is undecided", async () => {
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
    ["deployment.activation_checkpointing", "fails"], // nothing is kept for a backward pass
    ["deployment.kv_cache_dynamic", "fails"], // a static batch reserves it from start to end
    ["deployment.batching_strategy", "holds"],
    ["deployment.kernel_optimization", "holds"], // all is fused where the scenario says nothing
  ]);
});

test("a batching strategy that no reading serves by fails, and holds where one does", async () => {
  const deployment = { performance_config: { batching_strategy: "continuous" } };
  const verdictUnder = async (readings: object) =>
    (await audit(claimed([], { ...CERTAIN, deployment: { ...deployment, readings } }), ALONE)).claims.map(({ verdict, reading }) => [
      verdict,
      reading,
    ])[0];
  expect(await verdictUnder({ plain: {} })).toEqual(["fails", null]);
  expect(await verdictUnder({ plain: {}, served: { "serving.scheduler": "continuous" } })).toEqual(["holds", "served"]);
});

test("words that the simulation can follow are judged by whether it does", async () => {
  const deployment = {
    memory_config: { activation_checkpointing: "enabled", kv_cache_dynamic: "disabled" },
    performance_config: { batching_strategy: "continuous", kernel_optimization: "enabled" },
  };
  const serving = { scheduler: { kind: "continuous" }, recompute: { kind: "all" }, fusion: { norms: false } };
  const { claims } = await audit(claimed([], { ...CERTAIN, serving, deployment }), ALONE);
  expect(claims.map(({ id, verdict }) => [id, verdict])).toEqual([
    ["deployment.activation_checkpointing", "fails"], // chunks that are computed again replace no activations of a backward pass
    ["deployment.kv_cache_dynamic", "fails"], // blocks are taken as sequences grow
    ["deployment.batching_strategy", "holds"],
    ["deployment.kernel_optimization", "fails"], // norms are kernels of their own
  ]);
});
