import type { Preset } from "../preset.ts";

export const kimiK2: Preset = {
  about: "Kimi-K2: 1.03e12 parameters, 33e9 active",
  source: "config.json of moonshotai/Kimi-K2-Instruct",
  values: {
    layers: 61,
    hiddenSize: 7168,
    attention: {
      kind: "latent",
      heads: 64,
      qLoraRank: 1536,
      kvLoraRank: 512,
      qkNopeHeadDim: 128,
      qkRopeHeadDim: 64,
      vHeadDim: 128,
    },
    experts: { count: 384, topK: 8, hiddenSize: 2048, matrices: 3, shared: 1 },
    dense: { layers: 1, hiddenSize: 18_432, matrices: 3 },
    vocabulary: 163_840,
    precision: { weights: "fp8", activations: "bf16" },
  },
};
