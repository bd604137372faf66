import type { Precision } from "@tokenyard/scenario";
import type { AttentionShape, ElementwiseShape, Formats, LinearShape, ScanShape } from "../layers/kernel.ts";

/** Number formats of a mixer: bytes of stored numbers, and the format of products. */
export interface MixerFormats {
  readonly weightBytes: number;
  readonly activationBytes: number;
  /** Bytes of one number in the cache. */
  readonly cacheBytes: number;
  /** Format of products with matrices. */
  readonly precision: Precision;
  /** Format of the core. */
  readonly corePrecision: Precision;
  /** Formats of the output matrix. Default: those of the other matrices. */
  readonly output?: Formats;
  /** Formats of the indexer, which chooses the tokens that an attention sees. Default: those of the other matrices. */
  readonly indexer?: Formats;
  /** Format of index scores. Default: that of the core. */
  readonly scorePrecision?: Precision;
}

/** Part of a context that a kernel sees. Source: docs/models/mixers.md#mixers. */
export interface Sight {
  /** Tokens of each sequence that it scores at most; Infinity: all. */
  readonly most: number;
  /** Tokens that share an entry. */
  readonly ratio: number;
  /** Whether prompts read all entries, as each token chooses its own; else those in the window of any token. */
  readonly readsAll: boolean;
}

export const ALL_TOKENS: Sight = { most: Number.POSITIVE_INFINITY, ratio: 1, readsAll: true };

/** A kernel beside the core that sees a part of the context. */
export interface SeeingKernel {
  readonly shape: AttentionShape;
  readonly sight: Sight;
}

/** One rank's kernels of a mixer; rows and tokens are 0 and are the caller's to fill. */
export interface MixerKernels {
  /** Projections of all new tokens, one after another: queries, and cached rows. */
  readonly projections: readonly LinearShape[];
  /** Norms of compressed rows for all new tokens, between the first projection and the others, if norms are kernels of their own. */
  readonly compressedNorms: readonly ElementwiseShape[];
  readonly prefill: {
    /** Expansions of cached rows to keys and values, for every token that prompts see, including earlier ones. */
    readonly expansions: readonly LinearShape[];
    /** Without heads where a mixer has none. */
    readonly core: AttentionShape;
    readonly beside: readonly SeeingKernel[];
    readonly scans: readonly ScanShape[];
  };
  readonly decode: {
    /** Kernels for decoding tokens, before and after the core. */
    readonly before: readonly LinearShape[];
    readonly core: AttentionShape;
    readonly beside: readonly SeeingKernel[];
    readonly scans: readonly ScanShape[];
    readonly after: readonly LinearShape[];
  };
  /** What the cores see. */
  readonly sight: Sight;
  /** Output projection of all new tokens. */
  readonly output: LinearShape;
  /** Projections of a token whose keys and values are recomputed. */
  readonly keysValues: readonly LinearShape[];
  /** Ranks that share the context of a decoding sequence: the core has the heads of all of them, and sees as small a part; none: 1. */
  readonly contextRanks?: number;
  /** Whether those gather each other's queries; false where each computes them all. */
  readonly gathersQueries?: boolean;
  /** The matrices that a rank holds, each once. */
  readonly matrices: readonly LinearShape[];
}

/**
 * Bytes that a layer keeps of a request on one rank: of each token, of what a request pins, and of the state that a prefix resumes from.
 */
export interface KeptBytes {
  /** Bytes of each token. */
  readonly token: number;
  /** Bytes of each of the last `tokens` tokens. */
  readonly windows: readonly { readonly tokens: number; readonly token: number }[];
  /** Whatever the number of tokens. */
  readonly state: number;
  /** Bytes of the state that a prefix resumes from; it resumes only at the place where the state was kept. */
  readonly resumed: number;
}

/** Formats of kept data. */
export interface KeptFormats {
  /** Bytes of one number in the cache. */
  readonly cacheBytes: number;
  readonly activationBytes: number;
}

/** A size that tensor parallelism divides; heads of keys and values are replicated where there are more ranks. */
export interface Split {
  readonly what: string;
  readonly size: number;
  readonly replicated?: boolean;
}

/** Mixes tokens in a layer: its kernels, its kept data, and its division among ranks. */
export interface Mixer {
  /** Part of the model whose format its matrices have: attention, or mixers with a state. */
  readonly part: "attention" | "linear";
  /** Whether it chooses the tokens that it sees. */
  readonly isChoosing?: boolean;
  readonly splits: readonly Split[];
  /** Number of the `tensor` ranks that cache the same of a token, and may therefore share contexts. 0 or missing: contexts stay whole. */
  copies?(tensor: number): number;
  /**
   * The kernels of one of `tensor` ranks that share it, which computes the queries of `queriesOf` of them; if unset: its own. The objects are
   * new and belong to the caller.
   */
  kernels(tensor: number, formats: MixerFormats, queriesOf?: number): MixerKernels;
  /** Bytes that one of `tensor` ranks keeps of a request. */
  kept(tensor: number, formats: KeptFormats): KeptBytes;
}
