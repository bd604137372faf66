import type { Preset } from "../preset.ts";

export const qwen3Dense8b: Preset = {
  about: "Qwen3-8B, dense: 8.19e9 parameters",
  source: "config.json of Qwen/Qwen3-8B",
  values: {
    layers: 36,
    hiddenSize: 4096,
    attention: { heads: 32, kvHeads: 8, headSize: 128 },
    dense: { hiddenSize: 12_288, matrices: 3 },
    vocabulary: 151_936,
    precision: { weights: "bf16", activations: "bf16" },
  },
};
