import type { Preset } from "../preset.ts";
import { turns } from "./turns.ts";

const feedForward = { kind: "dense", hiddenSize: 21_504 };

export const gemma431b: Preset = {
  about:
    "Gemma 4 31B: 31e9 parameters; five layers with a window of 1,024 tokens to one that sees all, with one projection of keys and values",
  source: "config.json of nvidia/Gemma-4-31B-IT-NVFP4, its sizes in 16 bits",
  values: {
    layers: 60,
    hiddenSize: 5376,
    layerKinds: {
      window: { mixer: { kind: "grouped-query", heads: 32, kvHeads: 16, headSize: 256, window: 1024 }, feedForward },
      full: { mixer: { kind: "grouped-query", heads: 32, kvHeads: 4, headSize: 512, sharedKeyValue: true }, feedForward },
    },
    layerPattern: [...turns(5, "window"), "full"],
    vocabulary: 262_144,
    tiedEmbedding: true,
    precision: { weights: "bf16", activations: "bf16" },
  },
};
