import type { Preset } from "../preset.ts";
import { turns } from "./turns.ts";

const mixer = {
  kind: "latent",
  heads: 64,
  qLoraRank: 2048,
  kvLoraRank: 512,
  qkNopeHeadDim: 192,
  qkRopeHeadDim: 64,
  vHeadDim: 256,
  indexer: { heads: 32, headSize: 128, topK: 2048 },
};

export const glm5: Preset = {
  about: "GLM-5, and GLM-5.1 of the same sizes: 744e9 parameters, 40e9 active; each layer chooses the tokens that it sees",
  source: "config.json of nvidia/GLM-5-NVFP4 and nvidia/GLM-5.1-NVFP4, their sizes in 16 bits",
  values: {
    layers: 78,
    hiddenSize: 6144,
    layerKinds: {
      dense: { mixer, feedForward: { kind: "dense", hiddenSize: 12_288 } },
      experts: { mixer, feedForward: "experts" },
    },
    layerPattern: [...turns(3, "dense"), ...turns(75, "experts")],
    experts: { count: 256, topK: 8, hiddenSize: 2048, shared: 1 },
    vocabulary: 154_880,
    precision: { weights: "bf16", activations: "bf16" },
  },
};
