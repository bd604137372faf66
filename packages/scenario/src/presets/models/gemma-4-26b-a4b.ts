import type { Preset } from "../preset.ts";
import { turns } from "./turns.ts";

const feedForward = { kind: "dense-and-experts", hiddenSize: 2112 };

export const gemma426bA4b: Preset = {
  about:
    "Gemma 4 26B-A4B: 25e9 parameters, 3.8e9 active; experts beside a dense part; five layers with a window of 1,024 tokens to one that sees all",
  source: "config.json of nvidia/Gemma-4-26B-A4B-NVFP4, its sizes in 16 bits",
  values: {
    layers: 30,
    hiddenSize: 2816,
    layerKinds: {
      window: { mixer: { kind: "grouped-query", heads: 16, kvHeads: 8, headSize: 256, window: 1024 }, feedForward },
      full: { mixer: { kind: "grouped-query", heads: 16, kvHeads: 2, headSize: 512, sharedKeyValue: true }, feedForward },
    },
    layerPattern: [...turns(5, "window"), "full"],
    experts: { count: 128, topK: 8, hiddenSize: 704 },
    vocabulary: 262_144,
    tiedEmbedding: true,
    precision: { weights: "bf16", activations: "bf16" },
  },
};
