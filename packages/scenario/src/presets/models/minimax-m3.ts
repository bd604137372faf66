import type { Preset } from "../preset.ts";
import { turns } from "./turns.ts";

const sizes = { heads: 64, kvHeads: 4, headSize: 128 };

export const minimaxM3: Preset = {
  about: "MiniMax-M3: 426e9 parameters, 25e9 active; attention to 16 blocks of 128 tokens that an index chooses",
  source: "config.json of MiniMaxAI/MiniMax-M3",
  values: {
    layers: 60,
    hiddenSize: 6144,
    layerKinds: {
      dense: { mixer: { kind: "grouped-query", ...sizes }, feedForward: { kind: "dense", hiddenSize: 12_288 } },
      sparse: {
        mixer: { kind: "block-sparse", ...sizes, indexHeads: 4, indexSize: 128, blockTokens: 128, topK: 16 },
        feedForward: "experts",
      },
    },
    layerPattern: [...turns(3, "dense"), ...turns(57, "sparse")],
    experts: { count: 128, topK: 4, hiddenSize: 3072, shared: 1 },
    vocabulary: 200_064,
    precision: { weights: "bf16", activations: "bf16" },
  },
};
