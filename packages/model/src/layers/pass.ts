/** 0 is prefill, 1 is decode. */
export type Phase = 0 | 1;
export const PHASES = ["prefill", "decode"] as const;

/** Sequences of a pass that decode, [data groups]: one token each, or with speculation one and its drafts. */
export interface Decoding {
  readonly sequences: Float64Array;
  /** Tokens computed: the same column as the sequences, where each has one. */
  readonly newTokens: Float64Array;
  readonly contextTokens: Float64Array;
  /** The same column as the context, where each sequence has one token. */
  readonly pairs: Float64Array;
  /** Context tokens in layers with a window. */
  readonly windowedContextTokens: Float64Array;
  readonly windowedPairs: Float64Array;
}

/** Columns of sequences that decode; `verifies`: that each may compute several tokens. */
export function createDecoding(dataGroups: number, verifies = false): Decoding {
  const column = () => new Float64Array(dataGroups);
  const sequences = column();
  const contextTokens = column();
  const windowedContextTokens = column();
  return {
    sequences,
    newTokens: verifies ? column() : sequences,
    contextTokens,
    pairs: verifies ? column() : contextTokens,
    windowedContextTokens,
    windowedPairs: verifies ? column() : windowedContextTokens,
  };
}

/** Parts of a pass by class of request, [data groups × classes]. */
export interface ByClass {
  readonly classes: number;
  readonly sequences: Float64Array;
  /** Tokens computed. */
  readonly tokens: Float64Array;
  /** Sequences that decode, a token each. */
  readonly decoding: Float64Array;
}

export function createByClass(dataGroups: number, classes: number): ByClass {
  const column = () => new Float64Array(dataGroups * classes);
  return { classes, sequences: column(), tokens: column(), decoding: column() };
}

/**
 * One trip of a micro-batch through the pipeline of `replica`. Columns are [data groups]; the code that forms the pass owns them and reuses
 * the whole object for the micro-batch's next pass: others only read, until the pass has ended and the next is requested.
 */
export class Pass {
  readonly replica: number;
  /** Number of the micro-batch in its replica. */
  readonly microBatch: number;
  /** Number of this pass of its micro-batch, from 0. */
  index = 0;
  /** Phase of the pass: prefill if it has any prompt token. */
  phase: Phase = 0;
  /** Sequences that take part. */
  sequences: Float64Array;
  /** Tokens computed. */
  newTokens: Float64Array;
  /** Rows that kernels compute: those tokens, in the same column, and where all decode perhaps the padding up to a captured batch size. */
  rows: Float64Array;
  /** Σ (past + new) over the sequences. */
  contextTokens: Float64Array;
  /** Pairs of a token and one that it attends to, itself included: Σ (new·past + new(new+1)/2). */
  pairs: Float64Array;
  /** Tokens whose keys and values are read in layers with a window: Σ min(past + new, new + window − 1). */
  windowedContextTokens: Float64Array;
  /** Pairs in layers with a window: Σ min(i, window), where i is the place of each new token in its sequence, from 1. */
  windowedPairs: Float64Array;
  /** Tokens whose keys and values are projected again, as their prompt is computed in chunks; undefined where none is. */
  reprojectedTokens?: Float64Array | undefined;
  /** Rows that need logits: output tokens that this pass yields. */
  outputs: Float64Array;
  /** Part of the columns that belongs to decoding sequences, if they share the pass with prompts; undefined if all are of its phase. */
  decoding: Decoding | undefined;
  /** Parts by class of request, if requested. */
  byClass?: ByClass | undefined;
  /** Drafts that each sequence which yields a token has for its next step; undefined where none is drafted. */
  drafts?: Float64Array | undefined;

  constructor(replica: number, microBatch: number, dataGroups: number) {
    const column = () => new Float64Array(dataGroups);
    this.replica = replica;
    this.microBatch = microBatch;
    this.sequences = column();
    this.newTokens = column();
    this.rows = this.newTokens;
    this.contextTokens = column();
    this.pairs = column();
    this.windowedContextTokens = column();
    this.windowedPairs = column();
    this.reprojectedTokens = column();
    this.outputs = column();
    this.decoding = createDecoding(dataGroups);
  }
}

/** Tokens that the prompts of data group number `group` have cached before `pass`. */
export function pastTokens({ contextTokens, newTokens, decoding }: Pass, group: number): number {
  const ofDecoding = (decoding?.contextTokens[group] ?? 0) - (decoding?.newTokens[group] ?? 0);
  return contextTokens[group]! - newTokens[group]! - ofDecoding;
}

/**
 * Copies `from` to `into`, which keeps its own columns, and sets `rows`: 0 for none. A loop: for a few numbers, `set` is ten times slower.
 */
export function copyPass(from: Pass, into: Pass): void {
  into.index = from.index;
  into.phase = from.phase;
  for (let g = 0; g < from.sequences.length; g++) {
    into.sequences[g] = from.sequences[g]!;
    into.newTokens[g] = from.newTokens[g]!;
    into.rows[g] = from.rows[g]!;
    into.contextTokens[g] = from.contextTokens[g]!;
    into.pairs[g] = from.pairs[g]!;
    into.windowedContextTokens[g] = from.windowedContextTokens[g]!;
    into.windowedPairs[g] = from.windowedPairs[g]!;
    into.reprojectedTokens![g] = from.reprojectedTokens?.[g] ?? 0;
    into.outputs[g] = from.outputs[g]!;
    into.decoding!.sequences[g] = from.decoding?.sequences[g] ?? 0;
    into.decoding!.contextTokens[g] = from.decoding?.contextTokens[g] ?? 0;
    into.decoding!.windowedContextTokens[g] = from.decoding?.windowedContextTokens[g] ?? 0;
  }
}
