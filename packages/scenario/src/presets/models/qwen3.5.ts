import type { Preset } from "../preset.ts";

interface Sizes {
  readonly layers: number;
  readonly hiddenSize: number;
  readonly valueHeads: number;
  readonly experts: object;
  readonly vocabulary: number;
  readonly queryHeads: number;
}

/** Three gated delta nets to one attention with an output gate. */
function valuesOf({ layers, hiddenSize, valueHeads, queryHeads, experts, vocabulary }: Sizes): object {
  return {
    layers,
    hiddenSize,
    layerKinds: {
      linear: {
        mixer: { kind: "gated-delta", keyHeads: 16, valueHeads, keySize: 128, valueSize: 128, state: "fp32" },
        feedForward: "experts",
      },
      full: { mixer: { kind: "grouped-query", heads: queryHeads, kvHeads: 2, headSize: 256, outputGate: true }, feedForward: "experts" },
    },
    layerPattern: ["linear", "linear", "linear", "full"],
    experts,
    vocabulary,
    precision: { weights: "bf16", activations: "bf16" },
  };
}

export const qwen3Next: Preset = {
  about: "Qwen3-Next-80B-A3B: 80e9 parameters, 3e9 active; three gated delta nets to one attention",
  source: "scripts/models/qwen3-next-80B-A3B.sh of THUDM/slime; linear heads: Qwen3NextConfig of transformers",
  values: valuesOf({
    layers: 48,
    hiddenSize: 2048,
    valueHeads: 32,
    queryHeads: 16,
    experts: { count: 512, topK: 10, hiddenSize: 512, shared: 1, sharedGate: true },
    vocabulary: 151_936,
  }),
  assumed: [{ path: "layerKinds.linear.mixer.state", because: "its config names no format of the state; SGLang keeps 32 bits" }],
};

export const qwen35Moe122b: Preset = {
  about: "Qwen3.5-122B-A10B: 122e9 parameters, 9e9 active; three gated delta nets to one attention",
  source: "config.json of Qwen/Qwen3.5-122B-A10B",
  values: valuesOf({
    layers: 48,
    hiddenSize: 3072,
    valueHeads: 64,
    queryHeads: 32,
    experts: { count: 256, topK: 8, hiddenSize: 1024, shared: 1, sharedGate: true },
    vocabulary: 248_320,
  }),
};

export const qwen35Moe397b: Preset = {
  about: "Qwen3.5-397B-A17B: 396e9 parameters, 16e9 active; three gated delta nets to one attention",
  source: "config.json of nvidia/Qwen3.5-397B-A17B-NVFP4, its sizes in 16 bits",
  values: valuesOf({
    layers: 60,
    hiddenSize: 4096,
    valueHeads: 64,
    queryHeads: 32,
    experts: { count: 512, topK: 10, hiddenSize: 1024, shared: 1, sharedGate: true },
    vocabulary: 248_320,
  }),
};

const feedForward = { kind: "dense", hiddenSize: 17_408 };

export const qwen35Dense27b: Preset = {
  about: "Qwen3.5-27B, dense: 27e9 parameters; three gated delta nets to one attention",
  source: "config.json of Qwen/Qwen3.5-27B",
  values: {
    layers: 64,
    hiddenSize: 5120,
    layerKinds: {
      linear: { mixer: { kind: "gated-delta", keyHeads: 16, valueHeads: 48, keySize: 128, valueSize: 128, state: "fp32" }, feedForward },
      full: { mixer: { kind: "grouped-query", heads: 24, kvHeads: 4, headSize: 256, outputGate: true }, feedForward },
    },
    layerPattern: ["linear", "linear", "linear", "full"],
    vocabulary: 248_320,
    precision: { weights: "bf16", activations: "bf16" },
  },
};
