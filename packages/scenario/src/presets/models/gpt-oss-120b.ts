import type { Preset } from "../preset.ts";

// Layers with a window and without take turns, one with a window first.
export const gptOss120b: Preset = {
  about: "gpt-oss-120b: 116.8e9 parameters, 5.1e9 active without the embedding",
  source: "config.json of openai/gpt-oss-120b",
  values: {
    layers: 36,
    hiddenSize: 2880,
    attention: { heads: 64, kvHeads: 8, headSize: 64, window: { tokens: 128, fullEvery: 2 } },
    experts: { count: 128, topK: 4, hiddenSize: 2880, matrices: 3 },
    vocabulary: 201_088,
    precision: { weights: "bf16", activations: "bf16", experts: "mxfp4" },
  },
};
