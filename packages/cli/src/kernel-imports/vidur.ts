import { type ImportOptions, type KernelImport, quoted, selection } from "./kernel-import.ts";

// Columns as its profiler writes them: medians in milliseconds, sizes of the whole model, and how many ranks share them.

const HEAD_SIZE = "(n_embd // n_head)";
const TENSOR = "num_tensor_parallel_workers";

/** Matrix products of a layer: in and out features by the name of the time. */
const PRODUCTS: Readonly<Record<string, readonly [inFeatures: string, outFeatures: string]>> = {
  attn_pre_proj: ["n_embd", `(n_head + 2 * n_kv_head) * ${HEAD_SIZE} // ${TENSOR}`],
  attn_post_proj: [`n_embd // ${TENSOR}`, "n_embd"],
  mlp_up_proj: ["n_embd", `(CASE WHEN CAST(use_gated_mlp AS BOOLEAN) THEN 2 ELSE 1 END) * n_expanded_embd // ${TENSOR}`],
  mlp_down_proj: [`n_expanded_embd // ${TENSOR}`, "n_embd"],
};

export const VIDUR_LAYERS: KernelImport = {
  name: "layers of Vidur (mlp.csv)",
  of: "kernels",
  columns: [
    "n_head",
    "n_kv_head",
    "n_embd",
    "n_expanded_embd",
    "use_gated_mlp",
    "num_tokens",
    TENSOR,
    ...Object.keys(PRODUCTS).map((name) => `time_stats.${name}.median`),
  ],
  selections: (from, options) =>
    Object.entries(PRODUCTS).map(([name, [inFeatures, outFeatures]]) => {
      const time = `"time_stats.${name}.median"`;
      const cells = { kernel: "'linear'", ...formats(options), inFeatures, outFeatures, rows: "num_tokens", us: `${time} * 1000` };
      return selection(cells, from, `${time} > 0`);
    }),
};

/** `kv_cache_size` is the length of the cached context. */
export const VIDUR_ATTENTION: KernelImport = {
  name: "attention of Vidur (attention.csv)",
  of: "kernels",
  columns: ["n_embd", "n_q_head", "n_kv_head", TENSOR, "batch_size", "prefill_chunk_size", "kv_cache_size", "is_prefill"],
  selections: (from, options, present) => {
    const size = "n_embd // n_q_head";
    const common = {
      ...formats(options),
      heads: `n_q_head // ${TENSOR}`,
      kvHeads: `greatest(1, n_kv_head // ${TENSOR})`,
      keySize: size,
      valueSize: size,
      sequences: "batch_size",
    };
    const [prefill, decode] = ['"time_stats.attn_prefill.median"', '"time_stats.attn_decode.median"'];
    const prompts = {
      ...common,
      kernel: "'prefill'",
      newTokens: "batch_size * prefill_chunk_size",
      contextTokens: "batch_size * (prefill_chunk_size + kv_cache_size)",
      us: `${prefill} * 1000`,
    };
    const steps = { ...common, kernel: "'decode'", contextTokens: "batch_size * (kv_cache_size + 1)", us: `${decode} * 1000` };
    return [
      ...(present.has("time_stats.attn_prefill.median")
        ? [selection(prompts, from, `CAST(is_prefill AS BOOLEAN) AND prefill_chunk_size > 0 AND ${prefill} > 0`)]
        : []),
      ...(present.has("time_stats.attn_decode.median")
        ? [selection(steps, from, `NOT CAST(is_prefill AS BOOLEAN) AND ${decode} > 0`)]
        : []),
    ];
  },
};

function formats({ weights }: ImportOptions) {
  return { weights: quoted(weights), precision: quoted(weights) };
}
