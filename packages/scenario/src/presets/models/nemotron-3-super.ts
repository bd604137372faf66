import type { Preset } from "../preset.ts";
import { nemotronLayers } from "./nemotron-layers.ts";

const PATTERN = "MEMEMEM*EMEMEMEM*EMEMEMEM*EMEMEMEMEM*EMEMEMEMEM*EMEMEMEMEM*EMEMEMEMEM*EMEMEMEM*EMEMEMEME";

export const nemotron3Super: Preset = {
  about: "Nemotron-3-Super-120B-A12B: 121e9 parameters, 12e9 active; Mamba-2, a few attentions, experts of a narrow width",
  source: "config.json of nvidia/NVIDIA-Nemotron-3-Super-120B-A12B-FP8, its sizes in 16 bits; its layers are halves",
  values: {
    layers: 88,
    hiddenSize: 4096,
    layerKinds: {
      mamba: {
        mixer: { kind: "mamba-2", heads: 128, headSize: 64, groups: 8, stateSize: 128, chunkTokens: 128, state: "fp32" },
        feedForward: "none",
      },
      attention: { mixer: { kind: "grouped-query", heads: 32, kvHeads: 2, headSize: 128 }, feedForward: "none" },
      experts: { mixer: "none", feedForward: "experts" },
    },
    layerPattern: nemotronLayers(PATTERN),
    experts: { count: 512, topK: 22, hiddenSize: 2688, matrices: 2, shared: 2, inputSize: 1024 },
    vocabulary: 131_072,
    precision: { weights: "bf16", activations: "bf16" },
  },
};
