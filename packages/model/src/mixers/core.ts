import type { AttentionShape } from "../layers/kernel.ts";
import type { SparsePart } from "../layers/sparse-part.ts";
import type { MixerFormats } from "./mixer.ts";

type Sizes = Pick<AttentionShape, "heads" | "kvHeads" | "keySize" | "valueSize" | "cachedSize">;

/** A core of these sizes, of grouped-query attention unless `latent`; its contexts are 0, and the caller fills them in. */
export function coreOf(
  kind: AttentionShape["kind"],
  sizes: Sizes,
  { cacheBytes, activationBytes, corePrecision }: MixerFormats,
  latent = false,
): AttentionShape {
  return {
    kind,
    latent,
    ...sizes,
    sequences: 0,
    newTokens: 0,
    contextTokens: 0,
    pairs: 0,
    kvBytes: cacheBytes,
    activationBytes,
    precision: corePrecision,
  };
}

/** A core, or scores, of a block that sees a part of the context. */
export function sparseCore(kind: AttentionShape["kind"], sizes: Sizes, formats: MixerFormats, sparse: SparsePart): AttentionShape {
  return { ...coreOf(kind, sizes, formats, true), sparse };
}

/** The core of a mixer that has none. */
export function noCore(kind: AttentionShape["kind"], formats: MixerFormats): AttentionShape {
  return coreOf(kind, { heads: 0, kvHeads: 0, keySize: 0, valueSize: 0, cachedSize: 0 }, formats);
}
