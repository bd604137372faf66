import { CAPTURED_SIZES, UNCAPTURED } from "../captured-sizes.ts";
import { type Facts, type Flag, type FlagValue, ignored, type Settings } from "../flag.ts";
import { isFrom } from "../version.ts";
import { asksNoGraphs } from "./graphs.ts";
import { LAYER_GROUPS } from "./layer-groups.ts";

const CACHE = "vllm/config/cache.py";
const COMPILATION = "vllm/config/compilation.py";
const VLLM = "vllm/config/vllm.py, _set_cudagraph_sizes";

/** Largest batch for which graphs are captured. */
function mostCaptured(facts: Facts): number {
  if (isEager(facts)) return 0;
  const rows = 1 + facts.drafts;
  const limits = [512, 2 * Number(facts.value("max-num-seqs")) * rows, Number(facts.value("max-num-batched-tokens"))];
  const most = Math.min(...limits);
  return rows === 1 ? most : rows * (sequencesOf(CAPTURED_SIZES.vllm(most), rows, most).at(-1) ?? 0);
}

function isEager(facts: Facts): boolean {
  const { value, layout, version } = facts;
  if (asksNoGraphs(value, version)) return true;
  return value("all2all-backend") === "deepep_high_throughput" && layout.attention.data > 1 && layout.expert > 1;
}

/** Whether the model is not compiled, and has no graphs for that reason alone. */
function lacksCompiledGraphs({ value, version }: Facts): boolean {
  const isAsked = value("enforce-eager") === true || String(value("compilation-config.cudagraph_mode")).toUpperCase() === "NONE";
  return !isAsked && asksNoGraphs(value, version);
}

/** Launches of a model that is not compiled: each kernel is launched by itself. */
const launchesOf = (_: FlagValue, facts: Facts): Settings => (lacksCompiledGraphs(facts) ? { "cluster.kernels.launchShare": "100 %" } : {});

/**
 * Sequences of captured batches, of `rows` tokens each: sizes in tokens are raised to multiples, up to `most`. Source: vllm/config/compilation.py,
 * adjust_cudagraph_sizes_for_spec_decode.
 */
function sequencesOf(sizes: readonly number[], rows: number, most: number): readonly number[] {
  return [...new Set(sizes.map((size) => Math.ceil(size / rows)))].filter((size) => size * rows <= most);
}

function asCounts(value: FlagValue): readonly number[] {
  return (Array.isArray(value) ? value : String(value).split(/[\s,]+/)).map(Number).sort((a, b) => a - b);
}

export const VLLM_MEMORY: readonly Flag[] = [
  {
    name: "gpu-memory-utilization",
    type: "share",
    says: "0.92, up to 0.11 0.9",
    unasked: ({ version }) => (isFrom(version, "0.12") ? 0.92 : 0.9),
    keys: ["cluster.gpu.memoryShare"],
    sets: (value) => ({ "cluster.gpu.memoryShare": percent(Number(value)) }),
    source: CACHE,
  },
  {
    name: "block-size",
    type: "count",
    says: "16",
    unasked: () => 16,
    keys: ["serving.kv.blockTokens"],
    sets: (value) => ({ "serving.kv.blockTokens": value }),
    source: CACHE,
  },
  {
    name: "enable-prefix-caching",
    type: "switch",
    says: "on; up to 0.27 off where layers keep states",
    unasked: ({ model, version }) => !model.keeps.states || isFrom(version, "0.28"),
    keys: ["serving.kv.prefixCache"],
    sets: (value) => ({ "serving.kv.prefixCache": value }),
    source: `${CACHE}; vllm/config/model.py, is_prefix_caching_supported`,
  },
  LAYER_GROUPS,
  {
    name: "kv-cache-dtype",
    type: "text",
    choices: ["auto", "bfloat16", "bf16", "float16", "fp16", "fp8", "fp8_e4m3", "fp8_e5m2", "fp8_inc", "fp8_ds_mla", "nvfp4"],
    says: "auto: that of the model; 0.11 took fp8 for latent attention with an indexer",
    unasked: () => "auto",
    keys: ["model.precision.kvCache"],
    sets: (value, { model, version }) =>
      cacheSettings(value, model.sparseLatent && isFrom(version, "0.11") && !isFrom(version, "0.12") ? "fp8" : undefined),
    source: `${CACHE}; vllm/model_executor/models/config.py, DeepseekV32ForCausalLM`,
  },
  {
    name: "num-gpu-blocks-override",
    type: "count",
    says: "none: as many as fit",
    keys: ["serving.kv.blocks"],
    sets: (value) => ({ "serving.kv.blocks": value }),
    source: CACHE,
  },
  {
    name: "kv-offloading-size",
    type: "number",
    says: "none; GiB over all tensor ranks",
    keys: ["serving.kv.hostTier"],
    sets: (value, facts) =>
      Number(value) > 0 && facts.value("enable-prefix-caching") === true
        ? { "serving.kv.hostTier.size": `${Number(value) / facts.layout.attention.tensor} GiB`, "serving.kv.hostTier.bandwidth": "25 GB/s" }
        : {},
    costs: { server: "either", about: "the link to the host is taken as 25 GB/s for each GPU" },
    source: CACHE,
  },
  {
    name: "cudagraph-capture-sizes",
    also: ["compilation-config.cudagraph_capture_sizes"],
    type: "list",
    says: "1, 2, 4, every 8th below 256, every 16th up to max-cudagraph-capture-size: tokens, with drafts the next multiples of a sequence's",
    unasked: (facts) => CAPTURED_SIZES.vllm(Number(facts.value("max-cudagraph-capture-size"))),
    keys: ["serving.batchSizes"],
    sets: (value, facts) => {
      const tokens = asCounts(value);
      const most = facts.isStated("cudagraph-capture-sizes") ? tokens.at(-1)! : Number(facts.value("max-cudagraph-capture-size"));
      const sizes = sequencesOf(tokens, 1 + facts.drafts, most);
      return isEager(facts) || sizes.length === 0 ? {} : { "serving.batchSizes": sizes };
    },
    source: VLLM,
  },
  {
    name: "max-cudagraph-capture-size",
    also: ["compilation-config.max_cudagraph_capture_size", "cuda-graph-sizes"],
    type: "count",
    says: "the least of 512, twice the tokens of max-num-seqs sequences with their drafts, and max-num-batched-tokens",
    unasked: mostCaptured,
    keys: ["serving.stepOverhead.capturedTokens"],
    sets: (value, facts) => ({
      "serving.stepOverhead.capturedTokens":
        isEager(facts) || facts.value("compilation-config.cudagraph_mode") === "FULL_DECODE_ONLY" ? 0 : value,
    }),
    source: VLLM,
  },
  {
    name: "enforce-eager",
    type: "switch",
    says: "off",
    costs: UNCAPTURED,
    idle: [false],
    keys: ["cluster.kernels.launchShare", "serving.stepOverhead.capturedTokens"],
    sets: (_, facts) => (isEager(facts) ? { "cluster.kernels.launchShare": "100 %", "serving.stepOverhead.capturedTokens": 0 } : {}),
    unasked: () => false,
    source: COMPILATION,
  },
  {
    name: "compilation-config.cudagraph_mode",
    type: "text",
    says: "FULL_AND_PIECEWISE",
    keys: ["cluster.kernels.launchShare", "serving.stepOverhead.capturedTokens"],
    sets: (value) => (String(value).toUpperCase() === "NONE" ? { "cluster.kernels.launchShare": "100 %" } : {}),
    costs: { ...UNCAPTURED, about: `PIECEWISE: attention is launched by itself in decode steps too; NONE: ${UNCAPTURED.about}` },
    idle: ["FULL_AND_PIECEWISE", "FULL_DECODE_ONLY", "FULL"],
    source: COMPILATION,
  },
  ignored(
    "compilation-config.pass_config",
    "text",
    { server: "same", about: "norms and quantisation are part of the kernels beside them here, as with these fusions" },
    { says: "by optimization level", source: COMPILATION },
  ),
  {
    name: "compilation-config.mode",
    also: ["compilation-config.level"],
    type: "text",
    says: "3 (VLLM_COMPILE); 0 at optimization level 0",
    keys: ["cluster.kernels.launchShare", "serving.stepOverhead.capturedTokens"],
    sets: launchesOf,
    costs: {
      ...UNCAPTURED,
      about: `below 3 fewer kernels are fused, and unless cudagraph_mode is FULL there are no graphs: ${UNCAPTURED.about}`,
    },
    idle: ["3", "VLLM_COMPILE"],
    source: `${COMPILATION}; vllm/config/vllm.py, __post_init__`,
  },
  {
    name: "optimization-level",
    also: ["-O"],
    type: "whole",
    says: "2; up to 0.11 the level of compilation-config, 3",
    keys: ["cluster.kernels.launchShare", "serving.stepOverhead.capturedTokens"],
    sets: launchesOf,
    costs: { ...UNCAPTURED, about: `below 2 fewer kernels are fused; 0, or up to 0.11 below 3: ${UNCAPTURED.about}` },
    idle: [2, 3],
    source: VLLM,
  },
  {
    name: "quantization",
    also: ["-q"],
    type: "text",
    says: "that of the checkpoint",
    keys: ["model.precision.weights"],
    sets: (value) => (value === "fp8" ? { "model.precision.weights": "fp8" } : {}),
    costs: { server: "same", about: "the formats are those of the model here: state `model.precision` if they are others" },
    idle: ["fp8"],
    source: "vllm/config/model.py",
  },
  ignored(
    "cpu-offload-gb",
    "number",
    { server: "slower", about: "weights come over the link to the host in each step: a step takes at least their bytes by 25 to 60 GB/s" },
    { says: "0", idle: [0], source: CACHE },
  ),
  ignored(
    "kv-cache-memory-bytes",
    "text",
    {
      server: "either",
      about: "the cache of a GPU has so many bytes, whatever gpu-memory-utilization leaves it: state serving.kv.blocks",
    },
    { says: "none: what gpu-memory-utilization leaves", source: CACHE },
  ),
  ignored("swap-space", "number", { server: "same", about: "not used by the engine any more" }, { says: "4", source: CACHE }),
  ignored(
    "kv-transfer-config",
    "text",
    { server: "unknown", about: "a connector that stores the cache elsewhere; of two pools, its set-up and chunks are not simulated" },
    { says: "none", source: "vllm/config/kv_transfer.py" },
  ),
];

export function percent(share: number): string {
  return `${Number((100 * share).toFixed(6))} %`;
}

/** The precision of the cache that a format is, `auto` by itself `unasked`; none where the model's own stays. */
export function cacheSettings(value: FlagValue, unasked?: string): Settings {
  const format = value === "auto" ? unasked : cacheFormat(String(value));
  return format === undefined ? {} : { "model.precision.kvCache": format };
}

function cacheFormat(value: string): string | undefined {
  if (value.startsWith("fp8")) return "fp8";
  if (value === "bfloat16" || value === "bf16") return "bf16";
  if (value === "float16" || value === "fp16") return "fp16";
  if (value === "nvfp4" || value.startsWith("fp4")) return "nvfp4";
  return undefined;
}
