import type { Preset } from "../preset.ts";

export const glm45: Preset = {
  about: "GLM-4.5: 353e9 parameters, 32e9 active, without the multi-token prediction layer",
  source: "config.json of zai-org/GLM-4.5",
  values: {
    layers: 92,
    hiddenSize: 5120,
    attention: { heads: 96, kvHeads: 8, headSize: 128 },
    experts: { count: 160, topK: 8, hiddenSize: 1536, matrices: 3, shared: 1 },
    dense: { layers: 3, hiddenSize: 12_288, matrices: 3 },
    vocabulary: 151_552,
    precision: { weights: "bf16", activations: "bf16" },
  },
};
