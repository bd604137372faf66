import type { Precision } from "@tokenyard/scenario";
import type { AttentionShape, ElementwiseShape, Formats, LinearShape } from "../layers/kernel.ts";

/** Number formats of an attention: bytes of what is stored, and in which it multiplies. */
export interface AttentionFormats {
  readonly weightBytes: number;
  readonly activationBytes: number;
  /** Of one number in the cache. */
  readonly cacheBytes: number;
  /** Of products with matrices. */
  readonly precision: Precision;
  /** Of the core. */
  readonly corePrecision: Precision;
  /** Of the output matrix; if unset: as the others. */
  readonly output?: Formats;
}

/** One rank's kernels of an attention; rows and tokens are 0 and are the caller's to fill. */
export interface AttentionKernels {
  /** On all new tokens, one after another: queries, and what is cached. */
  readonly projections: readonly LinearShape[];
  /** On all new tokens, between the first projection and the others, where norms are kernels of their own: norms of rows that it compressed. */
  readonly compressedNorms: readonly ElementwiseShape[];
  readonly prefill: {
    /** On every token that prompts see, those cached before among them: keys and values out of what is cached. */
    readonly expansions: readonly LinearShape[];
    readonly core: AttentionShape;
  };
  readonly decode: {
    /** On decoding tokens, before and after the core. */
    readonly before: readonly LinearShape[];
    readonly core: AttentionShape;
    readonly after: readonly LinearShape[];
  };
  /** On all new tokens. */
  readonly output: LinearShape;
  /** On a token whose keys and values are made anew. */
  readonly keysValues: readonly LinearShape[];
  /** The matrices that a rank holds, each once. */
  readonly matrices: readonly LinearShape[];
}

/** The attention of a model: what it computes, and what it leaves behind. */
export interface Attention {
  /** Heads that are cached; with more ranks each is cached by several. */
  readonly cachedHeads: number;
  /** Numbers that a token leaves in the cache of one of them. */
  readonly cachedNumbers: number;
  /** The kernels of one of `tensor` ranks that share it. The objects are new and belong to the caller. */
  kernels(tensor: number, formats: AttentionFormats): AttentionKernels;
}
