import type { ServingSpec } from "@tokenyard/scenario";

/** Rows of a data group that a rank computes at once; Infinity: all of a pass. */
export interface ChunkTokens {
  readonly attention: number;
  readonly feedForward: number;
}

const CHUNK_TOKENS = 1024;

/** Chunks by `serving.recompute`. Source: docs/models/pipelines.md#recomputation. */
export function chunkTokensOf({ recompute }: Pick<ServingSpec, "recompute">): ChunkTokens {
  if (recompute === undefined || recompute.kind === "none")
    return { attention: Number.POSITIVE_INFINITY, feedForward: Number.POSITIVE_INFINITY };
  const { kind, chunkTokens = CHUNK_TOKENS } = recompute;
  return { attention: chunkTokens, feedForward: kind === "all" ? chunkTokens : Number.POSITIVE_INFINITY };
}

/** Equal chunks of at most `chunkTokens` rows that `rows` fall into; at least 1. */
export function chunksOf(rows: number, chunkTokens: number): number {
  return Math.max(1, Math.ceil(rows / chunkTokens));
}

/**
 * Tokens whose keys and values are projected again when `newTokens` of a sequence are computed in k equal chunks: chunk j needs those of the
 * j − 1 before it, so n/k · (0 + 1 + … + (k − 1)) = n·(k − 1)/2.
 */
export function reprojectedTokens(newTokens: number, chunkTokens: number): number {
  return (newTokens * (chunksOf(newTokens, chunkTokens) - 1)) / 2;
}
