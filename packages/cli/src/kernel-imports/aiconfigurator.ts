import { chosen, type KernelImport, selection } from "./kernel-import.ts";

// Columns and units as its collector writes them (milliseconds, sizes of one rank).

/** Formats of weights, and of products, by AIConfigurator's names. */
const WEIGHTS = {
  bfloat16: "bf16",
  float16: "fp16",
  fp8: "fp8",
  fp8_block: "fp8",
  nvfp4: "nvfp4",
  int8_wo: "int8",
  int4_wo: "int4",
  w4a16_mxfp4: "mxfp4",
};
const PRODUCTS = { ...WEIGHTS, int8_wo: "bf16", int4_wo: "bf16", w4a16_mxfp4: "bf16" };
const US = "CAST(latency AS DOUBLE) * 1000";

/** Timed in a CUDA graph, where the file says so: else the host's time is in it. */
function inGraph(present: ReadonlySet<string>): string {
  return present.has("used_cuda_graph") ? "AND COALESCE(TRY_CAST(used_cuda_graph AS BOOLEAN), TRUE)" : "";
}

export const AICONFIGURATOR_LINEAR: KernelImport = {
  name: "matrix products of AIConfigurator",
  of: "kernels",
  columns: ["gemm_dtype", "m", "n", "k", "latency"],
  selections: (from, _, present) => [
    selection(
      {
        kernel: "'linear'",
        weights: chosen("gemm_dtype", WEIGHTS),
        precision: chosen("gemm_dtype", PRODUCTS),
        inFeatures: "k",
        outFeatures: "n",
        rows: "m",
        us: US,
      },
      from,
      `${chosen("gemm_dtype", WEIGHTS)} IS NOT NULL ${inGraph(present)}`,
    ),
  ],
};

/**
 * Even routing, where every count is known: copies dealt to all experts, of which a rank has its share. And power laws, of several draws of which the mean
 * was measured, on the rank with the most copies.
 */
export const AICONFIGURATOR_EXPERTS: KernelImport = {
  name: "experts of AIConfigurator",
  of: "kernels",
  columns: [
    "moe_dtype",
    "num_tokens",
    "hidden_size",
    "inter_size",
    "topk",
    "num_experts",
    "moe_tp_size",
    "moe_ep_size",
    "distribution",
    "latency",
  ],
  selections: (from, _, present) => {
    const copies = "num_tokens * topk";
    const local = "num_experts // moe_ep_size";
    const own = `greatest(1, CAST(round(${copies} / moe_ep_size) AS BIGINT))`;
    const common = {
      weights: chosen("moe_dtype", WEIGHTS),
      precision: chosen("moe_dtype", PRODUCTS),
      inFeatures: "hidden_size",
      innerFeatures: "inter_size // moe_tp_size",
      experts: local,
      us: US,
    };
    const where = `${common.weights} IS NOT NULL ${inGraph(present)}`;
    const exponent = "TRY_CAST(replace(distribution, 'power_law_', '') AS DOUBLE)";
    const even = { ...common, kernel: "'experts'", active: `least(${local}, ${own})`, rows: own, groupRows: copies };
    const drawn = { ...common, kernel: "'drawn-experts'", ranks: "moe_ep_size", topK: "topk", tokens: "num_tokens", exponent };
    return [
      selection(even, from, `distribution IN ('balanced', 'uniform') AND ${where}`),
      selection(drawn, from, `distribution LIKE 'power_law_%' AND ${exponent} > 0 AND ${where}`),
    ];
  },
};

/** Queries of 16 bits and whole windows; `num_key_value_heads` of 0 says as many as heads. */
export const AICONFIGURATOR_ATTENTION: KernelImport = {
  name: "attention of AIConfigurator",
  of: "kernels",
  columns: ["batch_size", "isl", "num_heads", "num_key_value_heads", "head_dim", "attn_dtype", "kv_cache_dtype", "step", "latency"],
  selections: (from, _, present) => {
    const cache = chosen("kv_cache_dtype", WEIGHTS);
    const common = {
      weights: cache,
      precision: cache,
      heads: "num_heads",
      kvHeads: "CASE WHEN num_key_value_heads = 0 THEN num_heads ELSE num_key_value_heads END",
      keySize: "head_dim",
      valueSize: "head_dim",
      sequences: "batch_size",
      us: US,
    };
    const window = present.has("window_size") ? "AND COALESCE(window_size, 0) <= 0" : "";
    const where = `attn_dtype IN ('bfloat16', 'float16') AND ${cache} IS NOT NULL ${window} ${inGraph(present)}`;
    const prompts = { ...common, kernel: "'prefill'", newTokens: "batch_size * isl", contextTokens: "batch_size * (isl + step)" };
    const steps = { ...common, kernel: "'decode'", contextTokens: "batch_size * step" };
    return [selection(prompts, from, `isl > 1 AND ${where}`), selection(steps, from, `isl = 1 AND step > 0 AND ${where}`)];
  },
};

/** Sizes of DeepSeek's heads, which the files do not name: latent, rotary, of a key without the rotary part, of a value. */
const [LATENT, ROTARY, KEY, VALUE] = [512, 64, 128, 128];

/** The cores of latent attention: plain heads over prompts, absorbed ones while decoding. `step` tokens were cached before the one that decodes. */
export const AICONFIGURATOR_LATENT: KernelImport = {
  name: "latent attention of AIConfigurator",
  of: "kernels",
  columns: ["mla_dtype", "kv_cache_dtype", "num_heads", "batch_size", "isl", "step", "latency"],
  selections: (from, _, present) => {
    const cache = chosen("kv_cache_dtype", WEIGHTS);
    const common = { weights: cache, precision: cache, heads: "num_heads", sequences: "batch_size", us: US };
    const where = `mla_dtype IN ('bfloat16', 'float16', 'fp8') AND ${cache} IS NOT NULL ${inGraph(present)}`;
    const prompts = {
      ...common,
      kernel: "'prefill'",
      kvHeads: "num_heads",
      keySize: KEY + ROTARY,
      valueSize: VALUE,
      newTokens: "batch_size * isl",
      contextTokens: "batch_size * (isl + step)",
    };
    const steps = {
      ...common,
      kernel: "'decode'",
      kvHeads: 1,
      keySize: LATENT + ROTARY,
      valueSize: LATENT,
      contextTokens: "batch_size * (step + 1)",
    };
    return [selection(prompts, from, `isl > 1 AND ${where}`), selection(steps, from, `isl = 1 AND step > 0 AND ${where}`)];
  },
};
