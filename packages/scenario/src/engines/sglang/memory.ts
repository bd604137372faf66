import { CAPTURED_SIZES, UNCAPTURED } from "../captured-sizes.ts";
import { type Facts, type Flag, ignored } from "../flag.ts";
import { cacheSettings, percent } from "../vllm/memory.ts";
import { mostCaptured, ranksOf } from "./scheduling.ts";
import { algorithmOf } from "./speculation.ts";

const ARGS = "python/sglang/srt/server_args.py";
const MEMORY = `${ARGS}, _handle_gpu_memory_settings`;

/** GPUs of compute capability 10 and 12. */
const BLACKWELL: ReadonlySet<string> = new Set(["b200", "b300", "gb200", "gb300", "rtx-pro-6000"]);

/** Share of the GPU left after the engine's reserve for activations and graphs. */
function staticShare(facts: Facts): number {
  const { gpu, layout } = facts;
  const number = (flag: string) => Number(facts.value(flag));
  const chunk = number("chunked-prefill-size");
  const captured = number("cuda-graph-max-bs");
  let reserve = 512 + 1.5 * Math.max(chunk > 0 ? chunk : number("max-prefill-tokens"), 2048) + 2 * captured;
  reserve += 128 * ranksOf(facts) * layout.pipeline;
  if (layout.attention.data > 1) reserve += captured * layout.attention.data * (captured > 300 ? 4.5 : 3);
  if (gpu.mib > 60 * 1024) reserve = Math.max(reserve, 10 * 1024);
  const algorithm = algorithmOf(facts);
  if (algorithm !== undefined && algorithm !== "NGRAM") reserve += (algorithm === "STANDALONE" ? 6 : 2) * 1024;
  return Math.max(0.1, Number(((gpu.mib - reserve) / gpu.mib).toFixed(3)));
}

/** Whether flags leave decode steps without CUDA graphs. */
export function asksNoGraphs(value: Facts["value"]): boolean {
  return value("disable-cuda-graph") === true || value("cuda-graph-backend-decode") === "disabled";
}

/** Slots for states of a request that runs, with those from which its prefix is kept. */
function slotsOf(facts: Facts): number {
  if (facts.value("disable-radix-cache") === true) return 1;
  const strategy = facts.value("mamba-scheduler-strategy");
  if (strategy === "extra_buffer") return 5;
  return strategy === "extra_buffer_lazy" ? 4 : 3;
}

export const SGLANG_MEMORY: readonly Flag[] = [
  {
    name: "mem-fraction-static",
    type: "share",
    says: "(GPU - reserve) / GPU, with a reserve of 512 + 1.5 · chunk + 2 · cuda-graph-max-bs + 128 · ranks MiB, more with data-parallel attention, and at least 10 GiB above 60 GiB; for drafts 2 GiB more, a draft model 6",
    unasked: staticShare,
    keys: ["cluster.gpu.memoryShare"],
    sets: (value) => ({ "cluster.gpu.memoryShare": percent(Number(value)) }),
    costs: { server: "same", about: "the workspace of a pass comes out of this share here, beside it in SGLang" },
    source: MEMORY,
  },
  {
    name: "page-size",
    type: "count",
    says: "1; of latent attention with an indexer, on GPUs of NVIDIA, 64",
    unasked: ({ model, gpu }) => (model.sparseLatent && !gpu.name.startsWith("mi") ? 64 : 1),
    keys: ["serving.kv.blockTokens"],
    sets: (value) => ({ "serving.kv.blockTokens": value }),
    source: `${ARGS}, "Setting page size to 64 for DeepSeek DSA"`,
  },
  {
    name: "disable-radix-cache",
    type: "switch",
    says: "off, so that prefixes are kept",
    unasked: () => false,
    keys: ["serving.kv.prefixCache"],
    sets: (value) => ({ "serving.kv.prefixCache": value !== true }),
    source: ARGS,
  },
  {
    name: "mamba-full-memory-ratio",
    type: "number",
    says: "0.9: memory of the slots for states, by that of the cache",
    unasked: ({ model }) => (model.keeps.states ? 0.9 : undefined),
    keys: ["serving.kv.states"],
    sets: (value, facts) => ({
      "serving.kv.states.kind": "slots",
      "serving.kv.states.share": percent(Number(value) / (1 + Number(value))),
      "serving.kv.states.perRequest": slotsOf(facts),
    }),
    source: MEMORY,
  },
  {
    name: "max-mamba-cache-size",
    type: "count",
    says: "by mamba-full-memory-ratio",
    keys: ["serving.kv.states"],
    sets: (value) => ({ "serving.kv.states.count": value }),
    source: MEMORY,
  },
  {
    name: "mamba-scheduler-strategy",
    also: ["mamba-radix-cache-strategy"],
    type: "text",
    choices: ["auto", "no_buffer", "extra_buffer", "extra_buffer_lazy"],
    says: "no_buffer: 3 slots a request; extra_buffer 5, extra_buffer_lazy 4; without radix cache 1",
    unasked: () => "no_buffer",
    keys: ["serving.kv.states"],
    costs: { server: "same", about: "overlap of scheduling is that of the host times here, whatever the strategy" },
    idle: ["auto", "no_buffer", "extra_buffer", "extra_buffer_lazy"],
    source: ARGS,
  },
  {
    name: "swa-full-tokens-ratio",
    type: "share",
    says: "0.8: tokens of the pool of layers with a window, by those of the other layers' pool",
    unasked: () => 0.8,
    keys: ["model.windowedCache"],
    sets: (value, facts) =>
      facts.model.someWindows && facts.value("disable-hybrid-swa-memory") !== true ? { "model.windowedCache": percent(Number(value)) } : {},
    source: MEMORY,
  },
  {
    name: "disable-hybrid-swa-memory",
    type: "switch",
    says: "off; on for Gemma and EXAONE: layers with a window cache all tokens",
    unasked: ({ model }) => /^(?:gemma|exaone)/.test(model.name),
    keys: ["model.windowedCache"],
    sets: (value, { model }) => (value === true && model.someWindows ? { "model.windowedCache": "100 %" } : {}),
    source: ARGS,
  },
  {
    name: "kv-cache-dtype",
    type: "text",
    choices: ["auto", "fp8_e5m2", "fp8_e4m3", "bf16", "bfloat16", "fp4_e2m1"],
    says: "auto: that of the model; for latent attention with an indexer on Blackwell fp8_e4m3",
    unasked: () => "auto",
    keys: ["model.precision.kvCache"],
    sets: (value, { model, gpu }) => cacheSettings(value, model.sparseLatent && BLACKWELL.has(gpu.name) ? "fp8" : undefined),
    source: `${ARGS}, _set_default_nsa_kv_cache_dtype`,
  },
  {
    name: "hicache-size",
    type: "number",
    says: "none: hicache-ratio times the GPU's cache; GB of a rank",
    keys: ["serving.kv.hostTier"],
    sets: (value, facts) =>
      Number(value) > 0 && facts.value("enable-hierarchical-cache") === true
        ? { "serving.kv.hostTier.size": `${value} GB`, "serving.kv.hostTier.bandwidth": "25 GB/s" }
        : {},
    source: ARGS,
  },
  ignored(
    "enable-hierarchical-cache",
    "switch",
    {
      server: "either",
      about: "the host keeps evicted blocks; without hicache-size how many is not known here, and no host tier is simulated",
    },
    { idle: [false], keys: ["serving.kv.hostTier"], source: ARGS },
  ),
  {
    name: "cuda-graph-max-bs",
    also: ["cuda-graph-max-bs-decode", "cuda-graph-config.decode.max_bs"],
    type: "count",
    says: "by GPU memory and tp-size: below 35 GiB 24 or 80, 60 GiB 32 or 160, 160 GiB 256 or 512 from four ranks on, else 512",
    unasked: mostCaptured,
    keys: ["serving.batchSizes"],
    source: MEMORY,
  },
  {
    name: "cuda-graph-bs",
    also: ["cuda-graph-bs-decode", "cuda-graph-config.decode.bs"],
    type: "list",
    says: "1, 2, 4, 8, 12, every 8th to 256, every 16th to 512, every 32nd up to cuda-graph-max-bs",
    unasked: (facts) => CAPTURED_SIZES.sglang(Number(facts.value("cuda-graph-max-bs"))),
    keys: ["serving.batchSizes"],
    sets: (value, facts) =>
      asksNoGraphs(facts.value) || facts.value("disable-cuda-graph-padding") === true
        ? {}
        : { "serving.batchSizes": [...(value as readonly number[])].map(Number).sort((a, b) => a - b) },
    source: `${ARGS}, _generate_cuda_graph_batch_sizes`,
  },
  { name: "disable-cuda-graph-padding", type: "switch", says: "off", keys: ["serving.batchSizes"], source: ARGS },
  {
    name: "disable-cuda-graph",
    also: ["disable-decode-cuda-graph"],
    type: "switch",
    says: "off",
    costs: UNCAPTURED,
    idle: [false],
    keys: ["cluster.kernels.launchShare"],
    sets: (value) => (value === true ? { "cluster.kernels.launchShare": "100 %" } : {}),
    source: ARGS,
  },
  {
    name: "cuda-graph-backend-decode",
    also: ["cuda-graph-config.decode.backend"],
    type: "text",
    choices: ["full", "breakable", "tc_piecewise", "disabled"],
    says: "full",
    costs: {
      ...UNCAPTURED,
      about: `breakable, tc_piecewise: attention is launched by itself in decode steps too; disabled: ${UNCAPTURED.about}`,
    },
    idle: ["full"],
    keys: ["cluster.kernels.launchShare"],
    sets: (value) => (value === "disabled" ? { "cluster.kernels.launchShare": "100 %" } : {}),
    source: ARGS,
  },
  {
    name: "quantization",
    type: "text",
    says: "that of the checkpoint",
    keys: ["model.precision.weights"],
    sets: (value) => (value === "fp8" || value === "w8a8_fp8" ? { "model.precision.weights": "fp8" } : {}),
    costs: { server: "same", about: "the formats are those of the model here: state `model.precision` if they are others" },
    idle: ["fp8", "w8a8_fp8"],
    source: ARGS,
  },
  ignored(
    "cpu-offload-gb",
    "number",
    { server: "slower", about: "weights come over the link to the host in each step" },
    { says: "0", idle: [0], source: ARGS },
  ),
  ignored(
    "max-total-tokens",
    "count",
    { server: "slower", about: "the cache is smaller than what fits; state `serving.kv.blocks`" },
    { says: "as fits", source: ARGS },
  ),
];
