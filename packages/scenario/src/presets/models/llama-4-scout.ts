import type { Preset } from "../preset.ts";

export const llama4Scout: Preset = {
  about: "Llama 4 Scout, its text model: 107.8e9 parameters, 17e9 active",
  source: "config.json of meta-llama/Llama-4-Scout-17B-16E-Instruct",
  values: {
    layers: 48,
    hiddenSize: 5120,
    attention: { heads: 40, kvHeads: 8, headSize: 128, window: { tokens: 8192, fullEvery: 4 } },
    experts: { count: 16, topK: 1, hiddenSize: 8192, matrices: 3, shared: 1 },
    vocabulary: 202_048,
    precision: { weights: "bf16", activations: "bf16" },
  },
};
