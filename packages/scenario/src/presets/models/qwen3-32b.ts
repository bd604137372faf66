import type { Preset } from "../preset.ts";

export const qwen3Dense32b: Preset = {
  about: "Qwen3 32B: 32.8e9 parameters, dense",
  source: "config.json of Qwen/Qwen3-32B",
  values: {
    layers: 64,
    hiddenSize: 5120,
    attention: { heads: 64, kvHeads: 8, headSize: 128 },
    dense: { hiddenSize: 25_600, matrices: 3 },
    vocabulary: 151_936,
    precision: { weights: "bf16", activations: "bf16" },
  },
};
