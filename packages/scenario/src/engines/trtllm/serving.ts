import { CAPTURED_SIZES, UNCAPTURED } from "../captured-sizes.ts";
import { type Flag, ignored } from "../flag.ts";
import { cacheSettings, percent } from "../vllm/memory.ts";

const ARGS = "tensorrt_llm/llmapi/llm_args.py";
const SERVE = "tensorrt_llm/commands/serve.py";
const CACHE = `${ARGS}, KvCacheConfig`;

export const TRTLLM_SERVING: readonly Flag[] = [
  {
    name: "max_batch_size",
    type: "count",
    says: "2048",
    unasked: ({ value, isStated }) => (isStated("max_num_tokens") ? Math.min(2048, Number(value("max_num_tokens"))) : 2048),
    keys: ["serving.scheduler.maxSequences"],
    sets: (value, facts) => ({
      "serving.scheduler.maxSequences": facts.isStated("max_num_tokens")
        ? Math.min(Number(value), Number(facts.value("max_num_tokens")))
        : value,
    }),
    source: SERVE,
  },
  {
    name: "max_num_tokens",
    type: "count",
    says: "8192",
    unasked: ({ value, isStated }) => (isStated("max_batch_size") ? Math.max(8192, Number(value("max_batch_size"))) : 8192),
    keys: ["serving.scheduler.tokenBudget"],
    sets: (value) => ({ "serving.scheduler.tokenBudget": value }),
    source: SERVE,
  },
  {
    name: "enable_chunked_prefill",
    also: ["enable_chunked_context"],
    type: "switch",
    says: "off: whole prompts, and those longer than max_num_tokens are refused",
    unasked: () => false,
    keys: ["serving.scheduler"],
    costs: { server: "either", about: "off, prompts are computed whole; here what does not fit into a pass is computed in the next one" },
    idle: [true],
    source: ARGS,
  },
  {
    name: "kv_cache_config.free_gpu_memory_fraction",
    also: ["kv_cache_free_gpu_memory_fraction", "free_gpu_memory_fraction"],
    type: "share",
    says: "0.9 of what weights and buffers leave free",
    unasked: () => 0.9,
    keys: ["serving.kv.share"],
    sets: (value) => ({ "serving.kv.share": percent(Number(value)) }),
    source: SERVE,
  },
  {
    name: "kv_cache_config.enable_block_reuse",
    also: ["enable_block_reuse"],
    type: "switch",
    says: "on; off where layers keep states, whose blocks it does not reuse",
    unasked: ({ model }) => !model.keeps.states,
    keys: ["serving.kv.prefixCache"],
    sets: (value) => ({ "serving.kv.prefixCache": value }),
    source: CACHE,
  },
  {
    name: "kv_cache_config.tokens_per_block",
    type: "count",
    says: "32",
    unasked: () => 32,
    keys: ["serving.kv.blockTokens"],
    sets: (value) => ({ "serving.kv.blockTokens": value }),
    source: CACHE,
  },
  {
    name: "kv_cache_config.dtype",
    also: ["kv_cache_dtype"],
    type: "text",
    says: "auto: that of the model",
    keys: ["model.precision.kvCache"],
    sets: (value) => cacheSettings(value),
    source: CACHE,
  },
  {
    name: "kv_cache_config.max_attention_window",
    type: "list",
    says: "none: all layers cache all tokens; tokens by layer, repeated",
    keys: ["model.windowedCache"],
    sets: (value, { model }) =>
      model.someWindows && new Set(value as readonly number[]).size === 1 ? { "model.windowedCache": "100 %" } : {},
    source: `tensorrt_llm/_torch/pyexecutor/resource_manager.py`,
  },
  {
    name: "kv_cache_config.host_cache_size",
    type: "number",
    says: "none; bytes",
    keys: ["serving.kv.hostTier"],
    sets: (value, facts) =>
      Number(value) > 0 && facts.value("kv_cache_config.enable_block_reuse") === true
        ? { "serving.kv.hostTier.size": `${Number(value)} B`, "serving.kv.hostTier.bandwidth": "25 GB/s" }
        : {},
    source: CACHE,
  },
  ignored(
    "kv_cache_config.max_tokens",
    "count",
    { server: "slower", about: "the cache is smaller than what fits; state `serving.kv.blocks`" },
    { says: "as fits", source: CACHE },
  ),
  {
    name: "scheduler_config.capacity_scheduler_policy",
    type: "text",
    choices: ["GUARANTEED_NO_EVICT", "MAX_UTILIZATION", "STATIC_BATCH"],
    says: "GUARANTEED_NO_EVICT",
    unasked: () => "GUARANTEED_NO_EVICT",
    keys: ["serving.kv.admission"],
    sets: (value) => ({ "serving.kv.admission": value === "GUARANTEED_NO_EVICT" ? "output" : "prompt" }),
    source: ARGS,
  },
  {
    name: "cuda_graph_config.max_batch_size",
    also: ["cuda_graph_max_batch_size"],
    type: "count",
    says: "128, if cuda_graph_config is there",
    keys: ["serving.batchSizes"],
    source: `${ARGS}, CudaGraphConfig`,
  },
  {
    name: "cuda_graph_config.batch_sizes",
    type: "list",
    says: "1, 2, 4, every 8th to 128, then powers of two up to max_batch_size",
    unasked: ({ value }) => CAPTURED_SIZES.trtllm(Number(value("cuda_graph_config.max_batch_size") ?? 128)),
    keys: ["serving.batchSizes"],
    sets: (value, facts) =>
      facts.value("cuda_graph_config") === "null" || facts.value("cuda_graph_config.enable_padding") !== true
        ? {}
        : { "serving.batchSizes": [...(value as readonly number[])].map(Number).sort((a, b) => a - b) },
    source: `${ARGS}, CudaGraphConfig`,
  },
  {
    name: "cuda_graph_config.enable_padding",
    type: "switch",
    says: "off",
    unasked: () => false,
    keys: ["serving.batchSizes"],
    source: ARGS,
  },
  {
    name: "cuda_graph_config",
    type: "text",
    says: "on",
    keys: ["serving.batchSizes", "cluster.kernels.launchShare"],
    sets: (value) => (value === "null" ? { "cluster.kernels.launchShare": "100 %" } : {}),
    costs: { ...UNCAPTURED, about: `null: ${UNCAPTURED.about}` },
    source: ARGS,
  },
  {
    name: "stream_interval",
    type: "count",
    says: "1",
    keys: ["serving.streamInterval"],
    sets: (value) => (Number(value) > 1 ? { "serving.streamInterval": value } : {}),
    costs: { server: "same", about: "the first group has a token less than the others" },
    idle: [1],
    source: "tensorrt_llm/_torch/pyexecutor/py_executor.py, _handle_responses",
  },
  ignored(
    "lora_config",
    "text",
    { server: "slower", about: "adapters add kernels to each layer; how much was not measured here" },
    { says: "none", source: ARGS },
  ),
  {
    name: "quant_config.quant_algo",
    type: "text",
    says: "that of the checkpoint",
    costs: { server: "same", about: "the formats are those of the model here: state `model.precision` if they are others" },
    source: ARGS,
  },
];
