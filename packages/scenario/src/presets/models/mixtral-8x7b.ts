import type { Preset } from "../preset.ts";

export const mixtral8x7b: Preset = {
  about: "Mixtral 8x7B: 46.7e9 parameters, 12.9e9 active",
  source: "config.json of mistralai/Mixtral-8x7B-v0.1",
  values: {
    layers: 32,
    hiddenSize: 4096,
    attention: { heads: 32, kvHeads: 8, headSize: 128 },
    experts: { count: 8, topK: 2, hiddenSize: 14_336, matrices: 3 },
    vocabulary: 32_000,
    precision: { weights: "bf16", activations: "bf16" },
  },
};
