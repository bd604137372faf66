import type { Preset } from "../preset.ts";

export const qwen3Moe235b: Preset = {
  about: "Qwen3 235B-A22B: 235.1e9 parameters, 22e9 active",
  source: "config.json of Qwen/Qwen3-235B-A22B",
  values: {
    layers: 94,
    hiddenSize: 4096,
    attention: { heads: 64, kvHeads: 4, headSize: 128 },
    experts: { count: 128, topK: 8, hiddenSize: 1536, matrices: 3 },
    vocabulary: 151_936,
    precision: { weights: "bf16", activations: "bf16" },
  },
};
