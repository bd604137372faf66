import type { Preset } from "../preset.ts";

export const qwen3Moe30b: Preset = {
  about: "Qwen3 30B-A3B: 30.5e9 parameters, 3.3e9 active",
  source: "config.json of Qwen/Qwen3-30B-A3B",
  values: {
    layers: 48,
    hiddenSize: 2048,
    attention: { heads: 32, kvHeads: 4, headSize: 128 },
    experts: { count: 128, topK: 8, hiddenSize: 768, matrices: 3 },
    vocabulary: 151_936,
    precision: { weights: "bf16", activations: "bf16" },
  },
};
