import { type Facts, type Flag, type FlagValue, ignored, type Layout } from "../flag.ts";

const CONFIG = "vllm/config/parallel.py";
const DEGREES = ["parallelism"];

/** `expert` of the ranks hold experts of their own with expert parallelism; without it each expert is split over all of them. */
export function vllmLayout(value: (flag: string) => FlagValue | undefined, experts: boolean): Layout {
  const degree = (flag: string) => Number(value(flag) ?? 1);
  const [tensor, data, pipeline] = [degree("tensor-parallel-size"), degree("data-parallel-size"), degree("pipeline-parallel-size")];
  const context = degree("decode-context-parallel-size");
  if (!experts) return { attention: { tensor, data: 1 }, expert: 1, tensor, pipeline, context, replicas: data };
  const ranks = tensor * data;
  const isSplit = value("enable-expert-parallel") !== true;
  return { attention: { tensor, data }, expert: isSplit ? 1 : ranks, tensor: isSplit ? ranks : 1, pipeline, context, replicas: 1 };
}

/** Whether EPLB has experts to move. */
function isBalanced({ model, layout, value }: Facts): boolean {
  return value("enable-eplb") === true && model.experts && layout.expert > 1;
}

export const VLLM_LAYOUT: readonly Flag[] = [
  { name: "tensor-parallel-size", also: ["-tp"], type: "count", says: "1", keys: DEGREES, source: CONFIG },
  { name: "pipeline-parallel-size", also: ["-pp"], type: "count", says: "1", keys: DEGREES, source: CONFIG },
  { name: "data-parallel-size", also: ["-dp"], type: "count", says: "1", keys: DEGREES, source: CONFIG },
  { name: "enable-expert-parallel", also: ["-ep"], type: "switch", says: "off", keys: DEGREES, source: CONFIG },
  { name: "decode-context-parallel-size", also: ["-dcp"], type: "count", says: "1", keys: DEGREES, source: CONFIG },
  ignored(
    "dcp-comm-backend",
    "text",
    { server: "either", about: "partial results and their sums go by one all-to-all; a gather and a reduce-scatter are simulated" },
    { says: "ag_rs", idle: ["ag_rs"], source: CONFIG },
  ),
  ignored(
    "cp-kv-cache-interleave-size",
    "count",
    { server: "same", about: "shares of a context differ by up to so many tokens; they are simulated as equal" },
    { also: ["dcp-kv-cache-interleave-size"], says: "1", idle: [1], source: CONFIG },
  ),
  ignored(
    "prefill-context-parallel-size",
    "count",
    { server: "faster", about: "prompts are split over more ranks, which the plan does not have" },
    { also: ["-pcp"], says: "1", idle: [1], source: CONFIG },
  ),
  {
    name: "all2all-backend",
    type: "text",
    choices: [
      "naive",
      "pplx",
      "allgather_reducescatter",
      "deepep_high_throughput",
      "deepep_low_latency",
      "deepep_v2",
      "mori",
      "mori_high_throughput",
      "mori_low_latency",
      "nixl_ep",
      "flashinfer_all2allv",
      "flashinfer_nvlink_two_sided",
      "flashinfer_nvlink_one_sided",
    ],
    says: "allgather_reducescatter; VLLM_ALL2ALL_BACKEND before the line says the same",
    unasked: () => "allgather_reducescatter",
    keys: ["routing.exchange", "routing.dispatch"],
    sets: (value, { model, layout }) => {
      if (!model.experts || layout.attention.data === 1 || layout.expert === 1) return {};
      if (value === "allgather_reducescatter" || value === "naive") return { "routing.exchange": "all-gather" };
      const isLate = value === "deepep_low_latency" || value === "pplx" || value === "mori_low_latency";
      return { "routing.exchange": "all-to-all", "routing.dispatch": isLate ? "per-copy" : "per-token" };
    },
    source: CONFIG,
  },
  {
    name: "expert-placement-strategy",
    type: "text",
    choices: ["linear", "round_robin"],
    says: "linear",
    keys: ["routing.placement"],
    sets: (value, facts) => (value === "round_robin" && !isBalanced(facts) ? { "routing.placement.kind": "round-robin" } : {}),
    source: CONFIG,
  },
  {
    name: "enable-eplb",
    type: "switch",
    says: "off",
    keys: ["rebalance"],
    sets: (value, { model, layout }) =>
      value === true && model.experts && layout.expert > 1
        ? { "rebalance.kind": "eplb", "rebalance.window": 1000, "rebalance.every": 3000 }
        : {},
    source: CONFIG,
  },
  {
    name: "eplb-config.window_size",
    type: "count",
    says: "1000",
    keys: ["rebalance.window"],
    sets: (value, facts) => (isBalanced(facts) ? { "rebalance.window": value } : {}),
    source: CONFIG,
  },
  {
    name: "eplb-config.step_interval",
    type: "count",
    says: "3000",
    keys: ["rebalance.every"],
    sets: (value, facts) => (isBalanced(facts) ? { "rebalance.every": value } : {}),
    source: CONFIG,
  },
  {
    name: "eplb-config.num_redundant_experts",
    also: ["num-redundant-experts"],
    type: "whole",
    says: "0",
    keys: ["routing.placement"],
    sets: (value, facts) =>
      isBalanced(facts) && Number(value) > 0 ? { "routing.placement.kind": "redundant", "routing.placement.spareSlots": value } : {},
    source: CONFIG,
  },
  {
    name: "eplb-config.use_async",
    type: "switch",
    says: "on",
    keys: ["rebalance.move"],
    sets: (value, facts) => (isBalanced(facts) && value === false ? { "rebalance.move.kind": "sync" } : {}),
    source: CONFIG,
  },
  {
    name: "enable-dbo",
    type: "switch",
    says: "off",
    keys: ["serving.overlap"],
    sets: (value, { model, layout }) =>
      value === true && model.experts && layout.attention.data > 1 ? { "serving.overlap.kind": "two-batch" } : {},
    source: CONFIG,
  },
  {
    name: "dbo-prefill-token-threshold",
    type: "count",
    says: "512",
    keys: ["serving.overlap.least"],
    sets: (value, facts) => (facts.value("enable-dbo") === true ? { "serving.overlap.least": value } : {}),
    source: CONFIG,
  },
  ignored(
    "dbo-decode-token-threshold",
    "count",
    { server: "either", about: "decode steps overlap from dbo-prefill-token-threshold on: one threshold stands for both" },
    { says: "32", source: CONFIG },
  ),
  ignored(
    "disable-custom-all-reduce",
    "switch",
    {
      server: "slower",
      about: "small all-reduces by NCCL take about two to three times as long as vLLM's own; they are simulated as vLLM's",
    },
    { idle: [false], source: CONFIG },
  ),
  ignored(
    "rocm-quick-reduce-quantization",
    "text",
    {
      server: "faster",
      about:
        "all-reduces send fewer bits between AMD's GPUs: up to half (int8) or a quarter (int4) of their time; state `model.precision.collectives`",
    },
    { says: "none; VLLM_ROCM_QUICK_REDUCE_QUANTIZATION before the line", source: "vllm/envs.py" },
  ),
  ignored(
    "ubatch-size",
    "count",
    { server: "either", about: "micro-batches of another number; two are simulated" },
    { says: "2", source: CONFIG },
  ),
];
