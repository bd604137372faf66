import type { Preset } from "../preset.ts";

export const planModel: Preset = {
  about: "The model of the 512-GPU deployment plan: 16 layers of 16 experts, said to have 10e9 parameters",
  source: "the deployment plan",
  values: {
    layers: 16,
    hiddenSize: 512,
    attention: { heads: 16, kvHeads: 16, headSize: 32 },
    experts: { count: 16, topK: 1, hiddenSize: 1024, matrices: 2 },
    precision: { weights: "fp16", activations: "fp16", kvCache: "fp16" },
    declaredParameters: 10e9,
  },
};
