import type { Preset } from "../preset.ts";

export const llama70b: Preset = {
  about: "Llama 3.1 70B, dense: 70.6e9 parameters",
  source: "config.json of meta-llama/Llama-3.1-70B",
  values: {
    layers: 80,
    hiddenSize: 8192,
    attention: { heads: 64, kvHeads: 8, headSize: 128 },
    dense: { hiddenSize: 28_672, matrices: 3 },
    vocabulary: 128_256,
    precision: { weights: "bf16", activations: "bf16" },
  },
};
