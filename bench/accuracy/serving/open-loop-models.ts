const BF16 = { precision: { weights: "bf16", activations: "bf16" } };

/** Checkpoints by their names: a preset, or where there is none the sizes of the config.json that is published beside the weights. */
export const OPEN_LOOP_MODELS: Readonly<Record<string, object>> = {
  "Llama-3.1-8B-Instruct": { preset: "llama-3.1-8b" },
  "Llama-3.1-70B-Instruct": { preset: "llama-3.1-70b" },
  "Llama-4-Scout-17B-16E-Instruct-FP8-dynamic": { preset: "llama-4-scout" },
  "Mixtral-8x7B-v0.1": { preset: "mixtral-8x7b" },
  "Llama-2-7b-hf": {
    layers: 32,
    hiddenSize: 4096,
    attention: { heads: 32, kvHeads: 32, headSize: 128 },
    dense: { hiddenSize: 11_008, matrices: 3 },
    vocabulary: 32_000,
    ...BF16,
  },
  "Llama-2-70b-hf": {
    layers: 80,
    hiddenSize: 8192,
    attention: { heads: 64, kvHeads: 8, headSize: 128 },
    dense: { hiddenSize: 28_672, matrices: 3 },
    vocabulary: 32_000,
    ...BF16,
  },
  "CodeLlama-34b-Instruct-hf": {
    layers: 48,
    hiddenSize: 8192,
    attention: { heads: 64, kvHeads: 8, headSize: 128 },
    dense: { hiddenSize: 22_016, matrices: 3 },
    vocabulary: 32_000,
    ...BF16,
  },
  "Mistral-Nemo-Instruct-2407": {
    layers: 40,
    hiddenSize: 5120,
    attention: { heads: 32, kvHeads: 8, headSize: 128 },
    dense: { hiddenSize: 14_336, matrices: 3 },
    vocabulary: 131_072,
    ...BF16,
  },
  "Qwen2.5-7B-Instruct": {
    layers: 28,
    hiddenSize: 3584,
    attention: { heads: 28, kvHeads: 4, headSize: 128 },
    dense: { hiddenSize: 18_944, matrices: 3 },
    vocabulary: 152_064,
    ...BF16,
  },
  "Qwen3-14B": {
    layers: 40,
    hiddenSize: 5120,
    attention: { heads: 40, kvHeads: 8, headSize: 128 },
    dense: { hiddenSize: 17_408, matrices: 3 },
    vocabulary: 151_936,
    ...BF16,
  },
};
