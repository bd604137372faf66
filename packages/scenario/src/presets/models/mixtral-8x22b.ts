import type { Preset } from "../preset.ts";

export const mixtral8x22b: Preset = {
  about: "Mixtral 8x22B: 140.6e9 parameters, 39.1e9 active",
  source: "config.json of mistralai/Mixtral-8x22B-v0.1",
  values: {
    layers: 56,
    hiddenSize: 6144,
    attention: { heads: 48, kvHeads: 8, headSize: 128 },
    experts: { count: 8, topK: 2, hiddenSize: 16_384, matrices: 3 },
    vocabulary: 32_000,
    precision: { weights: "bf16", activations: "bf16" },
  },
};
