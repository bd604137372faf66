import { type Flag, type FlagValue, ignored, type Layout } from "../flag.ts";

const ARGS = "tensorrt_llm/llmapi/llm_args.py";
const DEGREES = ["parallelism"];

/** Experts are split over tensor ranks unless `moe_expert_parallel_size` spreads them; with attention data parallelism each rank has tokens of its own. */
export function trtllmLayout(value: (flag: string) => FlagValue | undefined, experts: boolean): Layout {
  const degree = (flag: string) => (Number(value(flag) ?? 0) > 0 ? Number(value(flag)) : undefined);
  const context = value("cp_config.cp_type") === "HELIX" ? (degree("context_parallel_size") ?? 1) : 1;
  const tp = degree("tensor_parallel_size") ?? 1;
  const ranks = tp * context; // which experts and dense layers are split over
  const split = degree("moe_tensor_parallel_size");
  const expert = degree("moe_expert_parallel_size") ?? (split === undefined ? 1 : ranks / split);
  const groups = value("enable_attention_dp") === true ? tp : 1;
  return {
    attention: { tensor: ranks / groups, data: groups },
    expert: experts ? expert : 1,
    tensor: experts ? (split ?? Math.max(1, ranks / expert)) : ranks,
    pipeline: degree("pipeline_parallel_size") ?? 1,
    context,
    replicas: 1,
  };
}

export const TRTLLM_LAYOUT: readonly Flag[] = [
  { name: "tensor_parallel_size", also: ["tp_size"], type: "count", says: "1", keys: DEGREES, source: ARGS },
  { name: "pipeline_parallel_size", also: ["pp_size"], type: "count", says: "1", keys: DEGREES, source: ARGS },
  { name: "moe_expert_parallel_size", also: ["ep_size"], type: "whole", says: "1", keys: DEGREES, source: ARGS },
  { name: "moe_tensor_parallel_size", type: "whole", says: "tensor_parallel_size / moe_expert_parallel_size", keys: DEGREES, source: ARGS },
  {
    name: "enable_attention_dp",
    type: "switch",
    says: "off",
    unasked: () => false,
    keys: ["parallelism", "routing.exchange"],
    sets: (_, { gpu, model, layout, value }) => {
      if (!model.experts || layout.attention.data === 1 || layout.expert === 1) return {};
      const isByNvlink = gpu.name.startsWith("gb") || value("moe_config.backend") === "WIDEEP";
      return { "routing.exchange": isByNvlink ? "all-to-all" : "all-gather" };
    },
    source: `${ARGS}; tensorrt_llm/_torch/modules/fused_moe`,
  },
  {
    name: "context_parallel_size",
    also: ["cp_size"],
    type: "count",
    says: "1",
    keys: DEGREES,
    costs: {
      server: "either",
      about:
        "without `cp_config.cp_type: HELIX` contexts are split over more ranks, which the plan does not have; with it parts of results are sent while others are computed, which is left out here",
    },
    idle: [1],
    source: `${ARGS}; docs/features/helix.md`,
  },
  {
    name: "cp_config.cp_type",
    type: "text",
    says: "none",
    keys: DEGREES,
    source: `${ARGS}; docs/features/helix.md`,
  },
  ignored(
    "moe_cluster_parallel_size",
    "whole",
    { server: "either", about: "experts in clusters of ranks" },
    { also: ["cluster_size"], says: "1", idle: [1, -1], source: ARGS },
  ),
  ignored(
    "moe_config.load_balancer",
    "text",
    { server: "faster", about: "experts are moved or copied as their loads say; state `rebalance` or `routing.placement`" },
    { says: "none", source: ARGS },
  ),
  ignored(
    "enable_lm_head_tp_in_adp",
    "switch",
    {
      server: "either",
      about: "with data-parallel attention the head is split over the ranks, which takes an all-gather of hidden states",
    },
    { idle: [false], source: ARGS },
  ),
  {
    name: "moe_config.backend",
    type: "text",
    says: "CUTLASS, or by model and GPU",
    keys: ["routing.exchange"],
    costs: { server: "either", about: "kernels of experts are those that were measured, whatever the backend" },
    source: ARGS,
  },
  ignored(
    "allreduce_strategy",
    "text",
    { server: "either", about: "all-reduces are as measured" },
    { says: "AUTO", idle: ["AUTO"], source: ARGS },
  ),
];
