import type { Preset } from "../preset.ts";
import { turns } from "./turns.ts";

const mixer = {
  kind: "latent",
  heads: 128,
  qLoraRank: 1536,
  kvLoraRank: 512,
  qkNopeHeadDim: 128,
  qkRopeHeadDim: 64,
  vHeadDim: 128,
  indexer: { heads: 64, headSize: 128, topK: 2048 },
};

export const deepseekV32: Preset = {
  about: "DeepSeek-V3.2: 672e9 parameters, 37e9 active; latent attention to 2,048 tokens that an indexer chooses",
  source: "config.json of deepseek-ai/DeepSeek-V3.2",
  values: {
    layers: 61,
    hiddenSize: 7168,
    layerKinds: {
      dense: { mixer, feedForward: { kind: "dense", hiddenSize: 18_432 } },
      sparse: { mixer, feedForward: "experts" },
    },
    layerPattern: [...turns(3, "dense"), ...turns(58, "sparse")],
    experts: { count: 256, topK: 8, hiddenSize: 2048, shared: 1 },
    vocabulary: 129_280,
    precision: { weights: "fp8", activations: "bf16" },
  },
};
