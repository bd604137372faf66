import type { Preset } from "../preset.ts";
import { nemotronLayers } from "./nemotron-layers.ts";

export const nemotron3Nano: Preset = {
  about: "Nemotron-3-Nano-30B-A3B: 31.6e9 parameters, 3.2e9 active; Mamba-2, six attentions, experts",
  source: "config.json of nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16; its layers are halves",
  values: {
    layers: 52,
    hiddenSize: 2688,
    layerKinds: {
      mamba: {
        mixer: { kind: "mamba-2", heads: 64, headSize: 64, groups: 8, stateSize: 128, chunkTokens: 128, state: "fp32" },
        feedForward: "none",
      },
      attention: { mixer: { kind: "grouped-query", heads: 32, kvHeads: 2, headSize: 128 }, feedForward: "none" },
      experts: { mixer: "none", feedForward: "experts" },
    },
    layerPattern: nemotronLayers("MEMEM*EMEMEM*EMEMEM*EMEMEM*EMEMEM*EMEMEMEM*EMEMEMEME"),
    experts: { count: 128, topK: 6, hiddenSize: 1856, matrices: 2, shared: 2 },
    vocabulary: 131_072,
    precision: { weights: "bf16", activations: "bf16" },
  },
};
