import type { RankWeights } from "./weights/rank-weights.ts";

/** Tokens that a data group computes in a pass, sequence after sequence. */
export interface Tokens {
  readonly count: number;
  /** Number of each token among all tokens of the run, its sequence, and its position in it. */
  readonly id: Int32Array;
  readonly sequence: Int32Array;
  readonly position: Int32Array;
  /** Indices of the tokens that yield an output: the last ones of their sequences. */
  readonly yields: readonly number[];
}

/** Experts of each token with their weights: [tokens × topK]. */
export interface Choices {
  readonly layer: number;
  readonly experts: Int32Array;
  readonly weights: Float64Array;
  /** Slots that the copies go to; −1: dropped. */
  readonly slots: Int32Array;
}

/** A token for the experts of one rank, or their result. */
export interface Parcel {
  readonly source: number;
  /** Its place among the rows of its source, and its number among all tokens. */
  readonly row: number;
  readonly token: number;
  /** Slots of the layer that it is for, with their weights. */
  readonly slots: readonly number[];
  readonly weights: readonly number[];
  /** Place of the source that it came to, among those that share an expert. */
  readonly part: number;
  readonly numbers: Float64Array;
}

/** Rows that are added to the residual by the next op that reads it. */
export interface PendingSum {
  readonly rows: (Float64Array | undefined)[];
  readonly layer: number;
  readonly kind: "mixer" | "dense" | "experts";
}

/** Keys and values of one sequence in one layer, row by row. */
export interface Cache {
  keys: Float64Array;
  values: Float64Array;
  /** Rows, numbers of each (a key and a value), and the place of the first in its sequence. */
  rows: number;
  readonly width: number;
  first: number;
}

/** One rank: its place, its shards, its caches, and how much it has multiplied. */
export interface Rank {
  /** Over all replicas. */
  readonly id: number;
  readonly local: number;
  readonly weights: RankWeights;
  /** KV caches by layer and sequence. */
  readonly caches: Map<number, Map<number, Cache>>;
  /** Multiply-adds of the current op. */
  multiplyAdds: number;
}

/** What a rank holds of a pass while that visits its stage. */
export class Visit {
  readonly rank: Rank;
  readonly tokens: Tokens;
  /** Rows of the residual that it holds: `from … to − 1` of its data group's tokens. */
  from = 0;
  to: number;
  residual: Float64Array;
  /** Rows that its gate sees: a part of them where it slices. */
  gateFrom = 0;
  gateTo = 0;
  pending: PendingSum | undefined;
  /** [rows × width] inputs of the experts from the gate's norm, or of a dense layer beside them */
  normed: Float64Array | undefined;
  beside: Float64Array | undefined;
  choices: Choices | undefined;
  arrived: Parcel[] | undefined;
  results: Parcel[] | undefined;
  /** [rows that yield × its shard of the vocabulary] */
  logits: Float64Array | undefined;
  /** Whether the experts of the current layer have computed. */
  hasComputed = false;
  /** Halves of layers that have been added to the residual, as `layer/kind`. */
  readonly settled = new Set<string>();

  constructor(rank: Rank, tokens: Tokens, residual: Float64Array) {
    this.rank = rank;
    this.tokens = tokens;
    this.to = tokens.count;
    this.residual = residual;
  }
}
