import type { Preset } from "../preset.ts";

export const olmoe: Preset = {
  about: "OLMoE 1B-7B: 6.92e9 parameters, 1.28e9 active",
  source: "config.json of allenai/OLMoE-1B-7B-0924",
  values: {
    layers: 16,
    hiddenSize: 2048,
    attention: { heads: 16, kvHeads: 16, headSize: 128 },
    experts: { count: 64, topK: 8, hiddenSize: 1024, matrices: 3 },
    vocabulary: 50_304,
    precision: { weights: "bf16", activations: "bf16" },
  },
};
