import type { Scenario } from "@tokenyard/scenario";
import { cacheFormatOf, draftsOf, type FlagGivers, isParallel, limitsOf, mostDrafts, rounded, treeIn } from "./given.ts";

/** What the options of TensorRT-LLM have to be for a scenario. */
export const TRTLLM_GIVERS: FlagGivers = {
  tensor_parallel_size: (_, { attention, context = 1 }) => (attention.tensor * attention.data) / context,
  context_parallel_size: (_, { context }) => context,
  "cp_config.cp_type": (_, { context = 1 }) => (context > 1 ? "HELIX" : undefined),
  pipeline_parallel_size: (_, { pipeline }) => pipeline,
  moe_expert_parallel_size: ({ model }, { expert }) => (model.experts === undefined ? undefined : expert),
  moe_tensor_parallel_size: ({ model }, { tensor }) => (model.experts === undefined ? undefined : tensor),
  enable_attention_dp: (_, { attention }) => (attention.data > 1 ? true : undefined),
  "moe_config.backend": ({ engine, routing }, { attention, expert }) =>
    attention.data > 1 && expert > 1 && routing.exchange === "all-to-all"
      ? "WIDEEP"
      : (engine?.flags?.["moe_config.backend"] as string | undefined),
  max_batch_size: (scenario) => limitsOf(scenario).maxSequences,
  max_num_tokens: (scenario) => limitsOf(scenario).tokenBudget,
  "kv_cache_config.free_gpu_memory_fraction": ({ serving, cluster }) => serving.kv && rounded(serving.kv.share * cluster.gpu.memoryShare), // of what is free, where others count all memory: what they leave stays free
  "kv_cache_config.enable_block_reuse": ({ serving }) => serving.kv?.prefixCache ?? false,
  "kv_cache_config.tokens_per_block": ({ serving }) => serving.kv?.blockTokens,
  "kv_cache_config.dtype": (scenario) => cacheFormatOf(scenario, { fp8: "fp8", nvfp4: "nvfp4" }),
  "kv_cache_config.host_cache_size": ({ serving }) => serving.kv?.hostTier && Math.round(serving.kv.hostTier.size),
  "scheduler_config.capacity_scheduler_policy": ({ serving }) =>
    serving.kv?.admission === "output" ? "GUARANTEED_NO_EVICT" : "MAX_UTILIZATION",
  disable_overlap_scheduler: ({ serving }) => serving.stepsAhead !== 1,
  stream_interval: ({ serving }) => serving.streamInterval,
  batch_wait_max_tokens_ratio: ({ serving }) => ((serving.batchWait?.steps ?? 0) > 0 ? serving.batchWait!.share : undefined),
  batch_wait_timeout_iters: ({ serving }) => serving.batchWait?.steps || undefined,
  batch_wait_timeout_ms: ({ serving }) => (serving.batchWait?.time === undefined ? undefined : rounded(serving.batchWait.time * 1e3)),
  "attention_dp_config.enable_balance": ({ serving }) => (serving.dataGroups?.prompts === "aligned" ? true : undefined),
  "attention_dp_config.timeout_iters": ({ serving }) =>
    serving.dataGroups?.prompts === "aligned" ? serving.dataGroups.timeoutSteps : undefined,
  "attention_dp_config.batching_wait_iters": ({ serving }) =>
    serving.dataGroups?.prompts === "aligned" ? serving.dataGroups.waitSteps : undefined,
  "speculative_config.decoding_type": typeOf,
  "speculative_config.max_draft_len": (scenario) => mostDrafts(scenario) || undefined,
  "speculative_config.use_dynamic_tree": (scenario) => (treeIn(scenario) === undefined ? undefined : true),
  "speculative_config.dynamic_tree_max_topK": (scenario) => treeIn(scenario)?.width,
  "speculative_config.max_total_draft_tokens": (scenario) => {
    const tree = treeIn(scenario);
    return tree && tree.verified - 1;
  },
  "speculative_config.draft_len_schedule": (scenario) => {
    const depths = draftsOf(scenario)?.depths;
    return depths && JSON.stringify(Object.fromEntries(depths.map(({ upTo, tokens }) => [upTo, tokens])));
  },
  "cuda_graph_config.enable_padding": ({ serving }) => (serving.batchSizes === undefined ? undefined : true),
  "cuda_graph_config.batch_sizes": ({ serving }) => serving.batchSizes,
};

function typeOf(scenario: Scenario): string | undefined {
  const kind = draftsOf(scenario)?.kind;
  if (kind === "draft-model") return isParallel(scenario) ? "PARD" : "Draft_Target";
  return { mtp: "MTP", eagle: "Eagle3", ngram: "NGram" }[kind as string];
}
