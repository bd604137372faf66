import type { Preset } from "../preset.ts";

export const deepseekV3: Preset = {
  about: "DeepSeek-V3: 671e9 parameters, 37e9 active, without the multi-token prediction layer",
  source: "config.json of deepseek-ai/DeepSeek-V3",
  values: {
    layers: 61,
    hiddenSize: 7168,
    attention: {
      kind: "latent",
      heads: 128,
      qLoraRank: 1536,
      kvLoraRank: 512,
      qkNopeHeadDim: 128,
      qkRopeHeadDim: 64,
      vHeadDim: 128,
    },
    experts: { count: 256, topK: 8, hiddenSize: 2048, matrices: 3, shared: 1 },
    dense: { layers: 3, hiddenSize: 18_432, matrices: 3 },
    vocabulary: 129_280,
    precision: { weights: "fp8", activations: "bf16" },
  },
};
