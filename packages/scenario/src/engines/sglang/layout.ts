import { type Flag, type FlagValue, ignored, type Layout } from "../flag.ts";

const ARGS = "python/sglang/srt/server_args.py";
const DEGREES = ["parallelism"];

/** Whole instances without data-parallel attention; with it, data groups of tp / dp ranks each. */
export function sglangLayout(value: (flag: string) => FlagValue | undefined, experts: boolean): Layout {
  const degree = (flag: string) => Number(value(flag) ?? 1);
  const [tp, dp, pipeline] = [degree("tp-size"), degree("dp-size"), degree("pp-size")];
  const groups = value("enable-dp-attention") === true ? dp : 1;
  const ep = value("ep-size") === undefined && value("moe-a2a-backend") === "deepep" ? tp : degree("ep-size");
  return {
    attention: { tensor: Math.max(1, tp / groups), data: groups },
    expert: experts ? ep : 1,
    tensor: experts ? Math.max(1, tp / ep) : tp,
    pipeline,
    context: degree("dcp-size"),
    replicas: groups === 1 ? dp : 1,
  };
}

const PREFILL_CP = `${ARGS}; docs/advanced_features/prefill_cp`;
/** Cost of flags that split prompts over the ranks of attention, which is not modelled. */
const PROMPTS_SPLIT = {
  server: "either",
  about:
    "the tokens of a prompt are split over ranks of attention, which hold its weights whole: first tokens of long prompts come sooner, and there is less room for caches",
} as const;

export const SGLANG_LAYOUT: readonly Flag[] = [
  { name: "tp-size", also: ["tp", "tensor-parallel-size"], type: "count", says: "1", keys: DEGREES, source: ARGS },
  { name: "pp-size", also: ["pp", "pipeline-parallel-size"], type: "count", says: "1", keys: DEGREES, source: ARGS },
  { name: "dp-size", also: ["dp", "data-parallel-size"], type: "count", says: "1", keys: DEGREES, source: ARGS },
  {
    name: "enable-dp-attention",
    type: "switch",
    says: "off: --dp-size counts instances",
    keys: DEGREES,
    costs: { server: "either", about: "with it admission is more careful: schedule-conservativeness × 0.3" },
    idle: [true, false],
    source: `${ARGS}, _handle_data_parallelism`,
  },
  { name: "ep-size", also: ["ep", "expert-parallel-size"], type: "count", says: "1; with DeepEP as tp-size", keys: DEGREES, source: ARGS },
  {
    name: "moe-a2a-backend",
    type: "text",
    choices: ["none", "deepep", "mooncake", "ascend_fuseep", "flashinfer", "nixl", "mori"],
    says: "none",
    unasked: () => "none",
    keys: ["routing.exchange"],
    sets: (value, { model, layout }) => {
      if (!model.experts || layout.expert === 1) return {};
      if (value !== "none") return layout.attention.data > 1 || layout.attention.tensor === 1 ? { "routing.exchange": "all-to-all" } : {};
      return layout.attention.data > 1 ? { "routing.exchange": "all-gather" } : {};
    },
    source: ARGS,
  },
  {
    name: "enable-deepep-moe",
    type: "switch",
    until: "0.5",
    says: "off; `moe-a2a-backend deepep` since 0.5",
    keys: ["routing.exchange"],
    sets: (value, { model, layout }) =>
      value === true && model.experts && layout.attention.data > 1 ? { "routing.exchange": "all-to-all" } : {},
    source: ARGS,
  },
  {
    name: "deepep-mode",
    type: "text",
    choices: ["auto", "normal", "low_latency"],
    says: "auto: normal for prompts, low-latency for decoding",
    keys: ["routing.dispatch"],
    sets: (value, facts) =>
      !facts.model.experts ||
      facts.layout.attention.data === 1 ||
      facts.layout.expert === 1 ||
      value === "auto" ||
      facts.value("moe-a2a-backend") === "none"
        ? {}
        : { "routing.dispatch": value === "normal" ? "per-token" : "per-copy" },
    source: ARGS,
  },
  {
    name: "enable-two-batch-overlap",
    type: "switch",
    says: "off",
    keys: ["serving.overlap"],
    sets: (value, { model, layout }) =>
      value === true && model.experts && layout.attention.data > 1 ? { "serving.overlap.kind": "two-batch" } : {},
    source: ARGS,
  },
  ignored(
    "tbo-token-distribution-threshold",
    "share",
    { server: "either", about: "how evenly the halves are cut" },
    { says: "0.48", source: ARGS },
  ),
  ignored(
    "enable-single-batch-overlap",
    "switch",
    { server: "faster", about: "parts of a layer overlap within a batch; how much was not measured here" },
    { idle: [false], source: ARGS },
  ),
  {
    name: "enable-eplb",
    type: "switch",
    says: "off",
    keys: ["rebalance"],
    sets: (value, { model, layout }) =>
      value === true && model.experts && layout.expert > 1
        ? { "rebalance.kind": "eplb", "rebalance.every": 1000, "rebalance.window": 1000 }
        : {},
    source: ARGS,
  },
  {
    name: "eplb-rebalance-num-iterations",
    type: "count",
    says: "1000",
    keys: ["rebalance.every", "rebalance.window"],
    sets: (value, facts) =>
      facts.value("enable-eplb") === true ? { "rebalance.every": value, "rebalance.window": Math.min(1000, Number(value)) } : {},
    source: ARGS,
  },
  {
    name: "eplb-rebalance-layers-per-chunk",
    type: "count",
    says: "all",
    keys: ["rebalance.move"],
    sets: (value, facts) =>
      facts.value("enable-eplb") === true ? { "rebalance.move.kind": "async", "rebalance.move.layersPerStep": value } : {},
    source: ARGS,
  },
  {
    name: "ep-num-redundant-experts",
    type: "whole",
    says: "0",
    keys: ["routing.placement"],
    sets: (value, { model, layout }) =>
      Number(value) > 0 && model.experts && layout.expert > 1
        ? { "routing.placement.kind": "redundant", "routing.placement.spareSlots": value }
        : {},
    source: ARGS,
  },
  ignored(
    "init-expert-location",
    "text",
    { server: "faster", about: "experts start where a recorded load puts them" },
    { says: "trivial", idle: ["trivial"], source: ARGS },
  ),
  ignored(
    "moe-dense-tp-size",
    "count",
    { server: "either", about: "dense layers whole on each rank, without an all-reduce; here they are split as the attention is" },
    { says: "none", source: ARGS },
  ),
  ignored("enable-dp-lm-head", "switch", { server: "faster", about: "the head's all-gather is left out" }, { idle: [false], source: ARGS }),
  {
    name: "dcp-size",
    also: ["decode-context-parallel-size"],
    type: "count",
    says: "1",
    keys: DEGREES,
    costs: { server: "either", about: "partial results and their sums go by one all-to-all; a gather and a reduce-scatter are simulated" },
    idle: [1],
    source: ARGS,
  },
  ignored("attn-cp-size", "count", PROMPTS_SPLIT, { also: ["attention-context-parallel-size"], says: "1", idle: [1], source: PREFILL_CP }),
  ignored("enable-prefill-cp", "switch", PROMPTS_SPLIT, {
    also: ["enable-prefill-context-parallel", "enable-dsa-prefill-context-parallel", "enable-nsa-prefill-context-parallel"],
    idle: [false],
    source: PREFILL_CP,
  }),
  ignored(
    "enable-dsa-cache-layer-split",
    "switch",
    { server: "either", about: "ranks that split prompts keep the caches of other layers each; here each keeps all" },
    { idle: [false], source: PREFILL_CP },
  ),
  ignored("moe-dp-size", "count", { server: "either", about: "copies of the experts" }, { says: "1", idle: [1], source: ARGS }),
];
