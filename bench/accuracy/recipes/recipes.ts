import type { Load, Recipe } from "./recipe.ts";

const OVERVIEW = "TensorRT-LLM 1.2, Performance overview";
const OVERVIEW_0_17 = "TensorRT-LLM 0.17, Performance overview";
const GPUSTACK = "GPUStack, Inference performance lab";
const VLLM_LLAMA = "vLLM recipes, Llama 3.3 70B";
const SGLANG_DEEPSEEK = "SGLang, DeepSeek usage";
const VLLM_GPT_OSS = "vLLM recipes, GPT-OSS";

/** All requests of a benchmark of an engine's throughput are there at the start. */
const OVERVIEW_LOAD: Load = { atOnce: 3000, requests: 3000, promptTokens: 1024, outputTokens: 1024 };
const SHARE_GPT: Load = { atOnce: 1000, requests: 1000, promptTokens: 217, outputTokens: 197, sigma: 1 };
const FEW: Load = { atOnce: 8, requests: 80, promptTokens: 1024, outputTokens: 1024 };

const CAPTURED = [1, 2, 4, 8, 16, 32, 64, 128, 256, 384, 512, 1024, 2048, 4096, 8192];
const TRTLLM = {
  max_batch_size: 2048,
  max_num_tokens: 8192,
  kv_cache_config: { free_gpu_memory_fraction: 0.9, dtype: "fp8" },
  cuda_graph_config: { enable_padding: true, batch_sizes: CAPTURED },
};
const FP8 = { weights: "fp8" };
const FP4 = { weights: "nvfp4" };
const FP4_EXPERTS = { experts: "nvfp4" };

/** gpt-oss on Hopper keeps its cache as it is. */
const PLAIN_CACHE = { kv_cache_config: { free_gpu_memory_fraction: 0.9 } };

const FEWER_RANKS =
  "The source has one layout a GPU, for all of its loads up to 32,768 tokens. Two ranks exchange less than four, and have room for this load.";
const NEAR = "The best five are within 5 % of each other.";
const TOO_FAST =
  "The plans before it have attention by data, which is too fast here under TensorRT-LLM ([throughput](throughput.md)): by 1.76 × for this model on H100, where TP1 on H200 is by 1.26 ×. Divided by that, TP1 is the best.";
const ONE_LAYOUT =
  "The source measured TP8 alone, with an engine that had no attention by data: it recommends nothing else. Attention that all ranks share takes two all-reduces a layer of thousands of sequences, and eight ranks are more than weights and caches need.";

/** Ranks that share everything. */
function shared(ranks: number) {
  return { ...TRTLLM, tensor_parallel_size: ranks };
}

/** Ranks with attention of their own that share the experts. */
function spread(ranks: number) {
  return { ...TRTLLM, tensor_parallel_size: ranks, moe_expert_parallel_size: ranks, enable_attention_dp: true };
}

function overview(
  recipe: Pick<Recipe, "model" | "precision" | "gpu" | "flags" | "layouts" | "published" | "why">,
  source = OVERVIEW,
): Recipe {
  return { ...recipe, engine: "trtllm", load: OVERVIEW_LOAD, goal: "throughputPerGpu", mostGpus: 8, source };
}

export const RECIPES: readonly Recipe[] = [
  overview({ model: "deepseek-r1", gpu: "h200-sxm", flags: spread(8), layouts: ["DEP8"], published: 1620 }),
  overview({ model: "deepseek-r1", precision: FP4_EXPERTS, gpu: "b200", flags: spread(4), layouts: ["DEP4"], published: 6430 }),
  overview({ model: "qwen3-235b-a22b", precision: FP8, gpu: "h100-sxm", flags: spread(8), layouts: ["DEP8"], published: 1935 }),
  overview({ model: "qwen3-235b-a22b", precision: FP8, gpu: "h200-sxm", flags: spread(4), layouts: ["DEP4"], published: 3268 }),
  overview({
    model: "qwen3-235b-a22b",
    precision: FP4,
    gpu: "b200",
    flags: spread(4),
    layouts: ["DEP4"],
    published: 5756,
    why: FEWER_RANKS,
  }),
  overview({
    model: "qwen3-30b-a3b",
    precision: FP4,
    gpu: "b200",
    flags: shared(1),
    layouts: ["TP1"],
    published: 26611,
  }),
  overview({
    model: "gpt-oss-120b",
    gpu: "h100-sxm",
    flags: { ...spread(4), ...PLAIN_CACHE },
    layouts: ["DEP4"],
    published: 4715,
    why: NEAR,
  }),
  overview({
    model: "gpt-oss-120b",
    gpu: "h200-sxm",
    flags: { ...shared(1), ...PLAIN_CACHE },
    layouts: ["TP1"],
    published: 6798,
    why: TOO_FAST,
  }),
  overview({ model: "gpt-oss-120b", gpu: "b200", flags: spread(2), layouts: ["DEP2"], published: 25870 }),
  overview({ model: "llama-3.1-70b", precision: FP8, gpu: "h100-sxm", flags: shared(2), layouts: ["TP2"] }),
  overview({
    model: "llama-3.1-70b",
    precision: FP8,
    gpu: "h200-sxm",
    flags: shared(2),
    layouts: ["TP2"],
    published: 2582,
  }),
  overview({
    model: "llama-3.1-70b",
    precision: FP4,
    gpu: "b200",
    flags: shared(1),
    layouts: ["TP1"],
    published: 6842,
  }),
  overview({ model: "mixtral-8x22b", precision: FP8, gpu: "h100-sxm", flags: shared(8), layouts: ["TP8"], why: ONE_LAYOUT }, OVERVIEW_0_17),
  overview({ model: "mixtral-8x22b", precision: FP8, gpu: "h200-sxm", flags: shared(8), layouts: ["TP8"], why: ONE_LAYOUT }, OVERVIEW_0_17),
  {
    model: "qwen3-235b-a22b",
    precision: FP8,
    gpu: "h100-sxm",
    engine: "vllm",
    flags: { "tensor-parallel-size": 4, "max-num-batched-tokens": 16384 },
    layouts: ["TP4"],
    load: SHARE_GPT,
    goal: "throughputPerGpu",
    mostGpus: 8,
    source: GPUSTACK,
    why: "Five plans on four GPUs are within 3 %, and it is the last of them. The source measured it 5 % faster than TEP4, which is 3 % faster here.",
  },
  {
    model: "gpt-oss-120b",
    gpu: "h100-sxm",
    engine: "vllm",
    flags: { "tensor-parallel-size": 2, "async-scheduling": true },
    layouts: ["TP2"],
    load: SHARE_GPT,
    goal: "throughputPerGpu",
    mostGpus: 8,
    source: GPUSTACK,
    why: "On one GPU the cache has 12.9 GB here, enough for over 500 sequences. The measured server held about 155 of them (2,943 tokens a second at 53 ms a token), as its peak of activations and logits takes more memory than is simulated; vLLM's recipe says that one H100 runs out of memory by default. With a cache of 4.3 GB (gpu-memory-utilization 0.82) TP1 gives 3,097 tokens a second here, and TP2 3,416 a GPU.",
  },
  {
    model: "deepseek-v3",
    gpu: "h200-sxm",
    engine: "sglang",
    flags: { "tp-size": 8, "dp-size": 8, "enable-dp-attention": true },
    layouts: ["DEP8 ETP", "DEP8"],
    load: { ...OVERVIEW_LOAD, atOnce: 1024, requests: 2048 },
    goal: "throughputPerGpu",
    mostGpus: 8,
    source: `${SGLANG_DEEPSEEK}, peak throughput; load not stated there`,
  },
  {
    model: "deepseek-v3",
    gpu: "h200-sxm",
    engine: "sglang",
    flags: { "tp-size": 8 },
    layouts: ["TP8"],
    load: FEW,
    goal: "tpot.mean",
    mostGpus: 8,
    source: `${SGLANG_DEEPSEEK}, few requests; load not stated there`,
  },
  {
    model: "deepseek-v3",
    gpu: "h100-sxm",
    engine: "sglang",
    flags: { "tp-size": 16 },
    layouts: ["TP16", "TP8 DEP16 ETP"],
    load: FEW,
    goal: "tpot.mean",
    mostGpus: 16,
    source: `${SGLANG_DEEPSEEK}, two nodes; load not stated there`,
  },
  {
    model: "qwen3-235b-a22b",
    precision: FP8,
    gpu: "h200-sxm",
    engine: "trtllm",
    flags: { tensor_parallel_size: 4, moe_expert_parallel_size: 4 },
    layouts: ["4 × TEP4"],
    load: { atOnce: 32, requests: 320, promptTokens: 4000, outputTokens: 200 },
    goal: "throughputPerGpu",
    mostGpus: 16,
    hasReplicas: true,
    source: "Dynamo recipes, Qwen3-235B-A22B-FP8",
  },
  {
    model: "llama-3.1-70b",
    precision: FP4,
    gpu: "b200",
    engine: "vllm",
    flags: { "tensor-parallel-size": 1, "kv-cache-dtype": "fp8", "max-num-batched-tokens": 8192, "max-num-seqs": 512 },
    layouts: ["TP1"],
    load: { ...OVERVIEW_LOAD, atOnce: 512, requests: 2560 },
    goal: "throughputPerGpu",
    mostGpus: 8,
    source: VLLM_LLAMA,
  },
  {
    model: "llama-3.1-70b",
    precision: FP4,
    gpu: "b200",
    engine: "vllm",
    flags: { "tensor-parallel-size": 8, "kv-cache-dtype": "fp8", "max-num-batched-tokens": 8192, "max-num-seqs": 8 },
    layouts: ["TP8", "TP4"],
    load: FEW,
    goal: "tpot.mean",
    mostGpus: 8,
    source: VLLM_LLAMA,
  },
  {
    model: "gpt-oss-120b",
    gpu: "b200",
    engine: "vllm",
    flags: { "tensor-parallel-size": 1, "kv-cache-dtype": "fp8", "max-num-batched-tokens": 8192, "max-num-seqs": 512 },
    layouts: ["TP1"],
    load: { ...OVERVIEW_LOAD, atOnce: 512, requests: 2560 },
    goal: "throughputPerGpu",
    mostGpus: 8,
    source: VLLM_GPT_OSS,
  },
  {
    model: "gpt-oss-120b",
    gpu: "b200",
    engine: "vllm",
    flags: { "tensor-parallel-size": 8, "kv-cache-dtype": "fp8", "max-num-batched-tokens": 8192, "max-num-seqs": 8 },
    layouts: ["TP8", "TP4"],
    load: FEW,
    goal: "tpot.mean",
    mostGpus: 8,
    source: VLLM_GPT_OSS,
  },
  {
    model: "deepseek-v3",
    gpu: "h200-sxm",
    engine: "vllm",
    flags: { "tensor-parallel-size": 8, "enable-expert-parallel": true },
    layouts: ["TEP8"],
    load: { atOnce: 16, requests: 64, promptTokens: 8000, outputTokens: 1000 },
    goal: "throughputPerGpu",
    mostGpus: 8,
    source: "vLLM recipes, DeepSeek-V3",
    why: "It is within 7 % of the best. With few and long prompts, groups that each compute their own are faster than eight ranks that share every prompt; the source names one layout for all loads.",
  },
];
