import type { Preset } from "../preset.ts";
import { turns } from "./turns.ts";

const linear = { kind: "kda", heads: 96, headSize: 128, state: "fp32" };
const full = {
  kind: "latent",
  heads: 96,
  qLoraRank: 1536,
  kvLoraRank: 512,
  qkNopeHeadDim: 128,
  qkRopeHeadDim: 64,
  vHeadDim: 128,
  outputGate: true,
};

export const kimiK3: Preset = {
  about: "Kimi K3: 2.78e12 parameters, 104e9 active; three layers of delta attention to one of latent attention",
  source: "config.json of moonshotai/Kimi-K3",
  values: {
    layers: 93,
    hiddenSize: 7168,
    layerKinds: {
      first: { mixer: linear, feedForward: { kind: "dense", hiddenSize: 33_792 } },
      linear: { mixer: linear, feedForward: "experts" },
      full: { mixer: full, feedForward: "experts" },
    },
    layerPattern: ["first", "linear", "linear", "full", ...turns(88, "linear", "linear", "linear", "full"), "full"],
    experts: { count: 896, topK: 16, hiddenSize: 3072, shared: 2, inputSize: 3584 },
    vocabulary: 163_840,
    precision: { weights: "bf16", experts: "mxfp4", activations: "bf16" },
  },
};
