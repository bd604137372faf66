import type { Preset } from "../preset.ts";

export const qwen3Coder480b: Preset = {
  about: "Qwen3-Coder-480B-A35B: 480.2e9 parameters, 35e9 active",
  source: "config.json of Qwen/Qwen3-Coder-480B-A35B-Instruct",
  values: {
    layers: 62,
    hiddenSize: 6144,
    attention: { heads: 96, kvHeads: 8, headSize: 128 },
    experts: { count: 160, topK: 8, hiddenSize: 2560, matrices: 3 },
    vocabulary: 151_936,
    precision: { weights: "bf16", activations: "bf16" },
  },
};
