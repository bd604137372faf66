import type { Preset } from "../preset.ts";

export const llama8b: Preset = {
  about: "Llama 3.1 8B, dense: 8.03e9 parameters",
  source: "config.json of meta-llama/Llama-3.1-8B",
  values: {
    layers: 32,
    hiddenSize: 4096,
    attention: { heads: 32, kvHeads: 8, headSize: 128 },
    dense: { hiddenSize: 14_336, matrices: 3 },
    vocabulary: 128_256,
    precision: { weights: "bf16", activations: "bf16" },
  },
};
