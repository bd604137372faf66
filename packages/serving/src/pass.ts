/** 0 is prefill, 1 is decode. */
export type Phase = 0 | 1;
export const PHASES = ["prefill", "decode"] as const;

/**
 * One trip of a micro-batch through the pipeline of `replica`. Columns are [data groups]; the scheduler owns them and reuses the whole
 * object for the micro-batch's next pass: it may be read until the pass has been given to `finish` and `next` has been called again.
 */
export interface Pass {
  readonly replica: number;
  /** Number of the micro-batch in its replica. */
  readonly microBatch: number;
  /** Number of this pass of its micro-batch, from 0. */
  readonly index: number;
  /** Prefill when any token of a prompt is in it. */
  readonly phase: Phase;
  /** Sequences that take part. */
  readonly sequences: Float64Array;
  /** Tokens computed. */
  readonly newTokens: Float64Array;
  /** Rows that kernels compute: those tokens, and where all decode the padding up to a captured batch size. */
  readonly rows: Float64Array;
  /** Σ (past + new) over the sequences. */
  readonly contextTokens: Float64Array;
  /** Pairs of a token and one that it attends to, itself included: Σ (new·past + new(new+1)/2). */
  readonly pairs: Float64Array;
  /** As `contextTokens`, in layers with a window: tokens whose keys and values are read, Σ min(past + new, new + window − 1). */
  readonly windowedContextTokens: Float64Array;
  /** As `pairs`, in layers with a window: Σ min(i, window), i the place of each new token in its sequence, from 1. */
  readonly windowedPairs: Float64Array;
  /** Tokens whose keys and values are projected anew, as their prompt is computed in chunks; undefined where none is. */
  readonly reprojectedTokens?: Float64Array | undefined;
  /** Rows that need logits: output tokens that this pass yields. */
  readonly outputs: Float64Array;
  /** What of the columns belongs to sequences that decode, where they share the pass with prompts; undefined where all are of its phase. */
  readonly decoding: Decoding | undefined;
}

/** Sequences of a pass that compute one token each, [data groups]: as many new tokens as sequences, as many pairs as context. */
export interface Decoding {
  readonly sequences: Float64Array;
  readonly contextTokens: Float64Array;
  /** In layers with a window. */
  readonly windowedContextTokens: Float64Array;
}
