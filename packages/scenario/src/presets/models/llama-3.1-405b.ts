import type { Preset } from "../preset.ts";

export const llama405b: Preset = {
  about: "Llama 3.1 405B, dense: 406e9 parameters",
  source: "config.json of meta-llama/Meta-Llama-3.1-405B",
  values: {
    layers: 126,
    hiddenSize: 16_384,
    attention: { heads: 128, kvHeads: 8, headSize: 128 },
    dense: { hiddenSize: 53_248, matrices: 3 },
    vocabulary: 128_256,
    precision: { weights: "bf16", activations: "bf16" },
  },
};
