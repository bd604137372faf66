import { mostVerifiedOf, type Scenario } from "@tokenyard/scenario";
import { cacheFormatOf, draftsOf, type FlagGivers, limitsOf, memoryShareFor, mostDrafts, rounded, spareSlots, treeIn } from "./given.ts";

/** Values of SGLang's flags for a scenario. */
export const SGLANG_GIVERS: FlagGivers = {
  "tp-size": (_, { attention }) => attention.tensor * attention.data,
  "pp-size": (_, { pipeline }) => pipeline,
  "dp-size": (_, { attention, replicas }) => (attention.data > 1 ? attention.data : replicas),
  "dcp-size": (_, { context }) => context,
  "enable-dp-attention": (_, { attention }) => (attention.data > 1 ? true : undefined),
  "ep-size": ({ model }, { expert }) => (model.experts === undefined ? undefined : expert),
  "moe-a2a-backend": ({ model, routing }, { expert }) =>
    model.experts !== undefined && expert > 1 && routing.exchange === "all-to-all" ? "deepep" : undefined,
  "deepep-mode": ({ routing, engine }, { attention }, role) => {
    if (routing.exchange !== "all-to-all" || attention.data === 1) return undefined;
    if (routing.dispatch === "per-token") return "normal";
    return routing.dispatch === "per-copy" && (role === "decode" || engine?.name === "sglang") ? "low_latency" : undefined; // prompts do not fit its buffers
  },
  "enable-two-batch-overlap": ({ serving }) => (serving.overlap.kind === "two-batch" ? true : undefined),
  "enable-eplb": ({ rebalance }) => (rebalance?.kind === "eplb" ? true : undefined),
  "eplb-rebalance-num-iterations": ({ rebalance }) => (rebalance?.kind === "eplb" ? rebalance.every : undefined),
  "ep-num-redundant-experts": spareSlots,
  "chunked-prefill-size": (scenario, { attention }) => times(limitsOf(scenario).tokenBudget, attention.data),
  "enable-mixed-chunk": ({ serving }) => (serving.scheduler.kind === "continuous" ? true : undefined),
  "max-running-requests": (scenario, { attention }) => times(limitsOf(scenario).maxSequences, attention.data),
  "stream-interval": ({ serving }) => serving.streamInterval,
  "scheduler-recv-interval": ({ serving }) => serving.receiveInterval,
  "disable-overlap-schedule": ({ serving }) => (serving.stepsAhead === 1 ? undefined : true),
  "enable-beta-spec": (scenario) =>
    scenario.serving.stepsAhead === 1 && mostDrafts(scenario) > 0 && !isNgram(scenario) && treeIn(scenario) === undefined
      ? true
      : undefined,
  "schedule-policy": (scenario) => (limitsOf(scenario).order === "priority" ? "priority" : undefined),
  "speculative-algorithm": (scenario) => ALGORITHMS[draftsOf(scenario)?.kind ?? "none"],
  "speculative-num-steps": (scenario) => (isNgram(scenario) ? undefined : mostDrafts(scenario) || undefined),
  "speculative-eagle-topk": (scenario) => (isNgram(scenario) || mostDrafts(scenario) === 0 ? undefined : (treeIn(scenario)?.width ?? 1)),
  "speculative-num-draft-tokens": ({ serving }) => (mostVerifiedOf(serving) === 1 ? undefined : mostVerifiedOf(serving)),
  "mem-fraction-static": (scenario) => memoryShareFor(scenario, "sglang"),
  "page-size": ({ serving }) => serving.kv?.blockTokens,
  "disable-radix-cache": ({ serving }) => (serving.kv?.prefixCache === true ? undefined : true),
  "kv-cache-dtype": (scenario) => cacheFormatOf(scenario, { fp8: "fp8_e4m3", bf16: "bf16", nvfp4: "fp4_e2m1" }),
  "enable-hierarchical-cache": ({ serving }) => (serving.kv?.hostTier === undefined ? undefined : true),
  "hicache-size": ({ serving }) => serving.kv?.hostTier && rounded(serving.kv.hostTier.size / 1e9),
  "cuda-graph-bs": ({ serving }) => serving.batchSizes,
};

const ALGORITHMS: Readonly<Record<string, string>> = { mtp: "NEXTN", eagle: "EAGLE3", "draft-model": "STANDALONE", ngram: "NGRAM" };

function isNgram(scenario: Scenario): boolean {
  return draftsOf(scenario)?.kind === "ngram";
}

function times(value: number | undefined, groups: number): number | undefined {
  return value === undefined ? undefined : value * groups;
}
