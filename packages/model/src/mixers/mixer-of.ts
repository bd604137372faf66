import type { GroupedQuerySpec, LatentSpec, MixerSpec } from "@tokenyard/scenario";
import { BlockSparseAttention } from "./block-sparse.ts";
import { CompressedAttention } from "./compressed.ts";
import { gatedDelta } from "./gated-delta.ts";
import { GroupedQueryAttention } from "./grouped-query.ts";
import { kda } from "./kda.ts";
import { LatentAttention } from "./latent.ts";
import { mamba } from "./mamba.ts";
import type { Mixer } from "./mixer.ts";

/** The mixer of `spec`; undefined where it is none. */
export function mixerOf(hiddenSize: number, spec: MixerSpec): Mixer | undefined {
  switch (spec.kind) {
    case "grouped-query":
      return new GroupedQueryAttention(hiddenSize, spec);
    case "latent":
      return new LatentAttention(hiddenSize, spec);
    case "compressed":
      return new CompressedAttention(hiddenSize, spec);
    case "block-sparse":
      return new BlockSparseAttention(hiddenSize, spec);
    case "gated-delta":
      return gatedDelta(hiddenSize, spec);
    case "kda":
      return kda(hiddenSize, spec);
    case "mamba-2":
      return mamba(hiddenSize, spec);
    case "none":
      return undefined;
  }
}

/** The full form of `attention` of a model: for layers with its window if it has one and they are `windowed`. */
export function attentionOf(hiddenSize: number, spec: GroupedQuerySpec | LatentSpec, windowed = false): Mixer {
  if (spec.kind === "latent") return new LatentAttention(hiddenSize, spec);
  return new GroupedQueryAttention(hiddenSize, { ...spec, window: windowed ? spec.window?.tokens : undefined });
}
