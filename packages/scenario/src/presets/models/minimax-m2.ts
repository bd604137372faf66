import type { Preset } from "../preset.ts";

export const minimaxM2: Preset = {
  about: "MiniMax-M2: 228.7e9 parameters, 11e9 active with the embedding",
  source: "config.json of MiniMaxAI/MiniMax-M2",
  values: {
    layers: 62,
    hiddenSize: 3072,
    attention: { heads: 48, kvHeads: 8, headSize: 128 },
    experts: { count: 256, topK: 8, hiddenSize: 1536, matrices: 3 },
    vocabulary: 200_064,
    precision: { weights: "fp8", activations: "bf16" },
  },
};
