import type { Preset } from "../preset.ts";
import { turns } from "./turns.ts";

const latent = {
  kind: "latent",
  heads: 64,
  qLoraRank: 2048,
  kvLoraRank: 512,
  qkNopeHeadDim: 192,
  qkRopeHeadDim: 64,
  vHeadDim: 256,
};
const indexer = { heads: 32, headSize: 128, topK: 2048 };
const choosing = { ...latent, indexer };

export const glm52: Preset = {
  about: "GLM-5.2: 743e9 parameters, 40e9 active; of four layers one chooses the tokens that all of them see",
  source: "config.json of zai-org/GLM-5.2",
  values: {
    layers: 78,
    hiddenSize: 6144,
    layerKinds: {
      dense: { mixer: choosing, feedForward: { kind: "dense", hiddenSize: 12_288 } },
      choosing: { mixer: choosing, feedForward: "experts" },
      sharing: { mixer: { ...latent, indexer: { ...indexer, shared: true } }, feedForward: "experts" },
    },
    layerPattern: [...turns(3, "dense"), ...turns(75, "sharing", "sharing", "sharing", "choosing")],
    experts: { count: 256, topK: 8, hiddenSize: 2048, shared: 1 },
    vocabulary: 154_880,
    precision: { weights: "bf16", activations: "bf16" },
  },
};
