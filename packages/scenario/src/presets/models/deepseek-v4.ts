import type { Preset } from "../preset.ts";
import { turns } from "./turns.ts";

interface Sizes {
  readonly layers: number;
  readonly hiddenSize: number;
  readonly heads: number;
  readonly qLoraRank: number;
  readonly outputGroups: number;
  readonly topK: number;
  readonly experts: object;
  /** Kinds of the layers before they take turns. */
  readonly first: readonly string[];
}

/**
 * Layers that differ in the part of the history they see: entries of 4 tokens that an indexer chooses, all entries of 128, or a window
 * alone.
 */
function valuesOf({ layers, hiddenSize, heads, qLoraRank, outputGroups, topK, experts, first }: Sizes): object {
  const window = {
    kind: "compressed",
    heads,
    headSize: 512,
    qLoraRank,
    outputLoraRank: 1024,
    outputGroups,
    window: 128,
    entryBytes: 584, // vLLM: 448 in fp8, 64 in 16 bits, 8 of scales
  };
  const indexer = { heads: 64, headSize: 128, topK, keyBytes: 68 }; // fp4 with a scale of 4 bytes
  const all = {
    chosen: { mixer: { ...window, ratio: 4, indexer }, feedForward: "experts" },
    whole: { mixer: { ...window, ratio: 128 }, feedForward: "experts" },
    near: { mixer: window, feedForward: "experts" },
  };
  const { near: _, ...without } = all;
  return {
    layers,
    hiddenSize,
    layerKinds: first.includes("near") ? all : without,
    layerPattern: [...first, ...turns(layers - first.length, "chosen", "whole")],
    residualStreams: 4,
    experts,
    vocabulary: 129_280,
    precision: { weights: "fp8", experts: "mxfp4", activations: "bf16", kvCache: "fp8" },
  };
}

const assumed = [
  {
    path: "precision.kvCache",
    because: "its kernels cache fp8; bytes of entries and index keys are vLLM's, a scale of the latter derived",
  },
];

export const deepseekV4Pro: Preset = {
  about: "DeepSeek-V4-Pro: 1.57e12 parameters, 49e9 active; a window, and a history of compressed entries",
  source: "config.json of deepseek-ai/DeepSeek-V4-Pro; bytes of a cached entry: vLLM's sparse MLA of DeepSeek-V4",
  values: valuesOf({
    layers: 61,
    hiddenSize: 7168,
    heads: 128,
    qLoraRank: 1536,
    outputGroups: 16,
    topK: 1024,
    experts: { count: 384, topK: 6, hiddenSize: 3072, shared: 1, hashLayers: 3 },
    first: ["whole", "whole"],
  }),
  assumed,
};

export const deepseekV4Flash: Preset = {
  about: "DeepSeek-V4-Flash: 284e9 parameters, 13e9 active; a window, and a history of compressed entries",
  source: "config.json of deepseek-ai/DeepSeek-V4-Flash; bytes of a cached entry: vLLM's sparse MLA of DeepSeek-V4",
  values: valuesOf({
    layers: 43,
    hiddenSize: 4096,
    heads: 64,
    qLoraRank: 1024,
    outputGroups: 8,
    topK: 512,
    experts: { count: 256, topK: 6, hiddenSize: 2048, shared: 1, hashLayers: 3 },
    first: ["near", "near"],
  }),
  assumed,
};
