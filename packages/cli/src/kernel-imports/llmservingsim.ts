import type { ModelSpec } from "@tokenyard/scenario";
import { type ImportOptions, type KernelImport, quoted, selection } from "./kernel-import.ts";

// Columns as its profiler writes them, in microseconds. A file has the kernels of one model and one number of ranks, and names neither.

const US = "CAST(time_us AS DOUBLE)";

/** In and out features on a rank, by the file's names of matrix products; without layers that the model lacks. */
function productsOf(model: ModelSpec, tensor: number): Readonly<Record<string, readonly [inFeatures: number, outFeatures: number]>> {
  const { hiddenSize, attention, dense, vocabulary } = model;
  const products: Record<string, readonly [number, number]> = {};
  if (attention !== undefined && "kvHeads" in attention) {
    const { headSize } = attention;
    const [heads, kvHeads] = [Math.ceil(attention.heads / tensor), Math.ceil(attention.kvHeads / tensor)];
    products["qkv_proj"] = [hiddenSize, (heads + 2 * kvHeads) * headSize];
    products["o_proj"] = [heads * headSize, hiddenSize];
  }
  if (dense !== undefined) {
    const inner = Math.ceil(dense.hiddenSize / tensor);
    products["gate_up_proj"] = [hiddenSize, (dense.matrices - 1) * inner];
    products["down_proj"] = [inner, hiddenSize];
  }
  if (vocabulary !== undefined) products["lm_head"] = [hiddenSize, Math.ceil(vocabulary / tensor)];
  return products;
}

function layers(name: string, rows: string): KernelImport {
  return {
    name: `${name} of LLMServingSim`,
    of: "kernels",
    columns: ["layer", rows, "time_us"],
    needsModel: true,
    selections: (from, options) =>
      Object.entries(productsOf(modelOf(options), options.tensor)).map(([layer, [inFeatures, outFeatures]]) =>
        selection(
          { kernel: "'linear'", ...formats(options), inFeatures, outFeatures, rows, us: US },
          from,
          `layer = ${quoted(layer)} AND ${rows} > 0`,
        ),
      ),
  };
}

export const LLMSERVINGSIM_LAYERS = layers("layers (dense.csv)", "tokens");
export const LLMSERVINGSIM_HEADS = layers("layers (per_sequence.csv)", "sequences");

/** Passes of prompts alone, or of decoding sequences alone: mixed ones do not separate the two. */
export const LLMSERVINGSIM_ATTENTION: KernelImport = {
  name: "attention of LLMServingSim",
  of: "kernels",
  columns: ["prefill_chunk", "kv_prefill", "n_decode", "kv_decode", "time_us"],
  needsModel: true,
  selections: (from, options, present) => {
    const { attention } = modelOf(options);
    if (attention === undefined || !("kvHeads" in attention)) return [];
    const common = {
      ...formats(options),
      heads: Math.ceil(attention.heads / options.tensor),
      kvHeads: Math.ceil(attention.kvHeads / options.tensor),
      keySize: attention.headSize,
      valueSize: attention.headSize,
      us: US,
    };
    const plain = present.has("decode_q_len") ? "AND COALESCE(decode_q_len, 1) <= 1" : "";
    const prompt = {
      ...common,
      kernel: "'prefill'",
      sequences: 1,
      newTokens: "prefill_chunk",
      contextTokens: "prefill_chunk + kv_prefill",
    };
    const steps = { ...common, kernel: "'decode'", sequences: "n_decode", contextTokens: "n_decode * kv_decode" };
    return [
      selection(prompt, from, "prefill_chunk > 0 AND n_decode = 0"),
      selection(steps, from, `prefill_chunk = 0 AND n_decode > 0 AND kv_decode > 0 ${plain}`),
    ];
  },
};

/** Columns of experts: tokens that choose several experts of a rank; without a column `ep` the rank has all. */
export const LLMSERVINGSIM_EXPERTS: KernelImport = {
  name: "experts of LLMServingSim",
  of: "kernels",
  columns: ["tokens", "activated_experts", "time_us"],
  needsModel: true,
  selections: (from, options, present) => {
    const { hiddenSize, experts } = modelOf(options);
    if (experts === undefined) return [];
    const ranks = present.has("ep") ? "ep" : "1";
    const copies = `tokens * ${experts.topK}`;
    const own = `greatest(activated_experts, CAST(round(${copies} / ${ranks}) AS BIGINT))`;
    return [
      selection(
        {
          kernel: "'experts'",
          ...formats(options),
          inFeatures: hiddenSize,
          innerFeatures: Math.ceil(experts.hiddenSize / options.tensor),
          experts: `${experts.count} // ${ranks}`,
          active: "activated_experts",
          rows: own,
          groupRows: `greatest(${own}, ${copies})`,
          us: US,
        },
        from,
        "tokens > 0 AND activated_experts > 0",
      ),
    ];
  },
};

function modelOf({ model }: ImportOptions): ModelSpec {
  if (model === undefined) throw new Error("no model for rows that name no sizes");
  return model;
}

function formats({ weights }: ImportOptions) {
  return { weights: quoted(weights), precision: quoted(weights) };
}
