import type { Preset } from "../preset.ts";

// Layers with a window and without take turns, one with a window first.
export const gptOss20b: Preset = {
  about: "gpt-oss-20b: 20.9e9 parameters, 3.6e9 active without the embedding",
  source: "config.json of openai/gpt-oss-20b",
  values: {
    layers: 24,
    hiddenSize: 2880,
    attention: { heads: 64, kvHeads: 8, headSize: 64, window: { tokens: 128, fullEvery: 2 } },
    experts: { count: 32, topK: 4, hiddenSize: 2880, matrices: 3 },
    vocabulary: 201_088,
    precision: { weights: "bf16", activations: "bf16", experts: "mxfp4" },
  },
};
