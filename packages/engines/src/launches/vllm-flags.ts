import { type FlagValue, type Scenario, slotsOfDrafts } from "@tokenyard/scenario";
import {
  cacheFormatOf,
  draftsOf,
  type FlagGivers,
  isParallel,
  limitsOf,
  memoryShareFor,
  mostDrafts,
  rounded,
  spareSlots,
} from "./given.ts";

const GIB = 1024 * 1024 * 1024;

/** Values of vLLM's flags for a scenario, under the names of the table. */
export const VLLM_GIVERS: FlagGivers = {
  "tensor-parallel-size": (_, { attention }) => attention.tensor,
  "pipeline-parallel-size": (_, { pipeline }) => pipeline,
  "data-parallel-size": ({ model }, { attention, replicas }) => (model.experts === undefined ? replicas : attention.data),
  "decode-context-parallel-size": (_, { context }) => context,
  "enable-expert-parallel": ({ model }, { expert }) => (model.experts !== undefined && expert > 1 ? true : undefined),
  "all2all-backend": ({ model, routing }, { attention, expert }) => {
    if (model.experts === undefined || attention.data === 1 || expert === 1) return undefined;
    if (routing.exchange === "all-gather") return "allgather_reducescatter";
    return routing.dispatch === "per-copy" ? "deepep_low_latency" : "deepep_high_throughput";
  },
  "expert-placement-strategy": ({ routing }) => (routing.placement?.kind === "round-robin" ? "round_robin" : undefined),
  "enable-eplb": ({ rebalance }) => (rebalance?.kind === "eplb" ? true : undefined),
  "eplb-config.window_size": ({ rebalance }) => (rebalance?.kind === "eplb" ? rebalance.window : undefined),
  "eplb-config.step_interval": ({ rebalance }) => (rebalance?.kind === "eplb" ? rebalance.every : undefined),
  "eplb-config.num_redundant_experts": (scenario) => (scenario.rebalance?.kind === "eplb" ? spareSlots(scenario) : undefined),
  "eplb-config.use_async": ({ rebalance }) => (rebalance?.kind === "eplb" && rebalance.move.kind === "sync" ? false : undefined),
  "enable-dbo": ({ serving }) => (serving.overlap.kind === "two-batch" ? true : undefined),
  "dbo-prefill-token-threshold": ({ serving }) => (serving.overlap.kind === "two-batch" ? serving.overlap.least : undefined),
  "max-num-batched-tokens": (scenario) => {
    const { tokenBudget, maxSequences = 0 } = limitsOf(scenario);
    return tokenBudget === undefined ? undefined : tokenBudget + draftingSlots(scenario) * maxSequences;
  },
  "max-num-seqs": (scenario) => limitsOf(scenario).maxSequences,
  "async-scheduling": ({ serving }) => serving.stepsAhead === 1,
  "stream-interval": ({ serving }) => serving.streamInterval,
  "scheduling-policy": (scenario) => (limitsOf(scenario).order === "priority" ? "priority" : undefined),
  "speculative-config.method": (scenario) => METHODS[draftsOf(scenario)?.kind ?? "none"],
  "speculative-config.num_speculative_tokens": (scenario) => mostDrafts(scenario) || undefined,
  "speculative-config.parallel_drafting": (scenario) => (isParallel(scenario) ? true : undefined),
  "speculative-config.num_speculative_tokens_per_batch_size": (scenario) => {
    const depths = draftsOf(scenario)?.depths;
    return depths && JSON.stringify(depths.map(({ upTo, tokens }, at) => [(depths[at - 1]?.upTo ?? 0) + 1, upTo, tokens]));
  },
  "gpu-memory-utilization": (scenario) => memoryShareFor(scenario, "vllm"),
  "block-size": ({ serving }) => serving.kv?.blockTokens,
  "enable-prefix-caching": ({ serving }) => serving.kv?.prefixCache ?? false,
  "kv-cache-dtype": (scenario) => cacheFormatOf(scenario, { fp8: "fp8", bf16: "bfloat16", fp16: "float16", nvfp4: "nvfp4" }),
  "num-gpu-blocks-override": ({ serving }) => serving.kv?.blocks,
  "kv-offloading-size": ({ serving }, { attention }) =>
    serving.kv?.hostTier && rounded((serving.kv.hostTier.size * attention.tensor) / GIB),
  "max-cudagraph-capture-size": ({ serving }) => serving.stepOverhead?.capturedTokens || undefined,
  "cudagraph-capture-sizes": (scenario) =>
    scenario.serving.batchSizes?.map((size) => size * (1 + mostDrafts(scenario))) ??
    (scenario.engine?.flags?.["cudagraph-capture-sizes"] as FlagValue | undefined), // smaller than one sequence with its drafts
};

const METHODS: Readonly<Record<string, string>> = {
  mtp: "mtp",
  eagle: "eagle3",
  "draft-model": "draft_model",
  ngram: "ngram",
  suffix: "suffix",
};

function draftingSlots(scenario: Scenario): number {
  const drafts = draftsOf(scenario);
  return drafts === undefined ? 0 : slotsOfDrafts(drafts.kind, isParallel(scenario), mostDrafts(scenario));
}
