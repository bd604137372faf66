import type { Precision } from "@tokenyard/scenario";
import type { SparsePart } from "./sparse-part.ts";

// A kernel is described by its shape, never by bare FLOPs: a measured model needs the tiles, the active experts, the padded rows.
// Shapes are mutable: the hot path fills the same object again and again. Sizes are those of one rank.
// Formulas: docs/models/kernels.md#kernels.

/**
 * `rows` activations of `inFeatures` times one matrix `inFeatures × outFeatures`; or, in several `parts` side by side, each with its share of the
 * outputs and inputs of its own, as many.
 */
export interface LinearShape {
  readonly kind: "linear";
  rows: number;
  inFeatures: number;
  outFeatures: number;
  /** 1 for one matrix. */
  readonly parts: number;
  /** Bytes of one weight. */
  readonly weightBytes: number;
  /** Bytes of one activation. */
  readonly activationBytes: number;
  /** Bytes of one input, if an earlier kernel has quantised them; by default those of an activation. */
  readonly inputBytes?: number;
  /** Format in which it multiplies. */
  readonly precision: Precision;
}

/** One matrix for each expert of a rank, each with rows of its own. */
export interface GroupedLinearShape {
  readonly kind: "grouped-linear";
  /** Rows of the expert in each slot [all slots of the layer]; this rank's are `first … first + experts − 1`. Borrowed, not owned. */
  rowsPerExpert: ArrayLike<number>;
  first: number;
  experts: number;
  /** Rows of all of them, how many have some, and the most that one has, where that has been counted. */
  rows?: number;
  active?: number;
  most?: number;
  /** Slots with an expert; none: all of `experts`. */
  filled?: number;
  inFeatures: number;
  outFeatures: number;
  readonly weightBytes: number;
  readonly activationBytes: number;
  readonly precision: Precision;
}

/** The routed experts of one rank: both matrices of each, over the same rows. One kernel or two, as the kernel model has it. */
export interface ExpertsShape {
  readonly kind: "experts";
  readonly up: GroupedLinearShape;
  readonly down: GroupedLinearShape;
  /** Copies passed to the kernel, including those for other ranks' experts; the rows of its own if there are no others. */
  groupRows: number;
}

/** The attention core: every new token against all tokens up to itself. */
export interface AttentionShape {
  readonly kind: "attention-prefill" | "attention-decode";
  /** True if the heads share a compressed cache. */
  readonly latent: boolean;
  heads: number;
  kvHeads: number;
  /** Numbers of a head's query and key, and of its value. */
  keySize: number;
  valueSize: number;
  /** Numbers that are read of each token and KV head: a key and a value, or less where values are part of keys. */
  cachedSize: number;
  sequences: number;
  /** Σ new over the sequences. */
  newTokens: number;
  /** Σ (past + new) over the sequences: the KV entries that are read. */
  contextTokens: number;
  /** Σ (new·past + new·(new + 1)/2) over the sequences: the (query, key) pairs that are scored. */
  pairs: number;
  /** Pairs that a window leaves out: without the window `pairs` would be larger by this. Default: none. */
  cutPairs?: number;
  /** Bytes of one number in the KV cache. */
  readonly kvBytes: number;
  readonly activationBytes: number;
  readonly precision: Precision;
  /** Details of an attention that sees a part of the context, whose kernels engines run as one block. Default: it sees all, or a window. */
  readonly sparse?: SparsePart;
}

/** `rows × features` numbers, read `reads` times and written `writes` times. */
export interface ElementwiseShape {
  readonly kind: "elementwise";
  rows: number;
  features: number;
  reads: number;
  writes: number;
  readonly activationBytes: number;
}

/** How a recurrent state is updated. */
export type Recurrence = "gated-delta" | "kda" | "mamba-2";

/** A pass over a recurrent state, with its traffic: token by token where sequences decode, in chunks where prompts are computed. */
export interface ScanShape {
  readonly kind: "scan";
  readonly rule: Recurrence;
  readonly part: "convolution" | "scan";
  readonly phase: "prompt" | "decode";
  /** Heads that each have a state; of a convolution its channels. */
  readonly items: number;
  sequences: number;
  newTokens: number;
  /** FLOPs and bytes of each new token. */
  readonly tokenFlops: number;
  readonly tokenBytes: number;
  /** Bytes of each sequence: its state, read and written. */
  readonly sequenceBytes: number;
  /** Bytes of each chunk: the state between two chunks, written and read. */
  readonly chunkBytes: number;
  readonly chunkTokens: number;
  readonly precision: Precision;
}

export type KernelShape = LinearShape | GroupedLinearShape | ExpertsShape | AttentionShape | ScanShape | ElementwiseShape;

/** A product with one matrix, without rows. */
export function plainLinear(inFeatures: number, outFeatures: number, formats: Formats): LinearShape {
  const { weightBytes, activationBytes, precision } = formats;
  return { kind: "linear", rows: 0, inFeatures, outFeatures, parts: 1, weightBytes, activationBytes, precision };
}

/** Number formats of a product with a matrix. */
export type Formats = Pick<LinearShape, "weightBytes" | "activationBytes" | "precision">;

/** Rows that the kernel works on. A kernel without rows takes no time and reads no weights. */
export function kernelRows(shape: KernelShape): number {
  switch (shape.kind) {
    case "linear":
    case "elementwise":
      return shape.rows;
    case "grouped-linear":
      return groupedRows(shape);
    case "experts":
      return kernelRows(shape.up);
    case "attention-prefill":
    case "attention-decode":
    case "scan":
      return shape.newTokens;
  }
}

// Functions of one kind of shape, for loops over thousands of them: a function over all kinds is slow to dispatch.

export function attentionFlops(shape: AttentionShape): number {
  return 2 * shape.heads * (shape.keySize + shape.valueSize) * shape.pairs;
}

export function attentionBytes(shape: AttentionShape): number {
  const kv = shape.kvBytes * shape.kvHeads * shape.cachedSize * shape.contextTokens;
  return kv + shape.activationBytes * shape.newTokens * shape.heads * (shape.keySize + shape.valueSize);
}

/** FLOPs that one more (query, key) pair adds to `attentionFlops`. */
export function pairFlops({ heads, keySize, valueSize }: Readonly<AttentionShape>): number {
  return 2 * heads * (keySize + valueSize);
}

/** Bytes that one more token in the cache adds to `attentionBytes`. */
export function cachedTokenBytes({ kvBytes, kvHeads, cachedSize }: Readonly<AttentionShape>): number {
  return kvBytes * kvHeads * cachedSize;
}

/** Bytes that one more new token adds to `attentionBytes`, without its place in the cache. */
export function newTokenBytes({ activationBytes, heads, keySize, valueSize }: Readonly<AttentionShape>): number {
  return activationBytes * heads * (keySize + valueSize);
}

export function groupedRows(shape: GroupedLinearShape): number {
  if (shape.rows !== undefined) return shape.rows;
  let rows = 0;
  for (let e = shape.first; e < shape.first + shape.experts; e++) rows += shape.rowsPerExpert[e]!;
  return rows;
}

export function groupedFlops(shape: GroupedLinearShape): number {
  return 2 * groupedRows(shape) * shape.inFeatures * shape.outFeatures;
}

export function groupedBytes(shape: GroupedLinearShape): number {
  const weights = shape.weightBytes * shape.inFeatures * shape.outFeatures * (shape.active ?? activeOf(shape));
  return weights + shape.activationBytes * groupedRows(shape) * (shape.inFeatures + shape.outFeatures);
}

/** Floating-point operations on the matrix units: a multiplication and an addition are two. Elementwise kernels do none there. */
export function kernelFlops(shape: KernelShape): number {
  switch (shape.kind) {
    case "linear":
      return 2 * shape.rows * shape.inFeatures * shape.outFeatures;
    case "grouped-linear":
      return groupedFlops(shape);
    case "experts":
      return kernelFlops(shape.up) + kernelFlops(shape.down);
    case "attention-prefill":
    case "attention-decode":
      return attentionFlops(shape);
    case "scan":
      return shape.newTokens * shape.tokenFlops;
    case "elementwise":
      return 0;
  }
}

/** Bytes read from and written to the GPU's memory, each once: weights (of an expert only if it has rows), inputs, outputs, KV. */
export function kernelBytes(shape: KernelShape): number {
  switch (shape.kind) {
    case "linear": {
      if (shape.rows === 0) return 0;
      const weights = shape.weightBytes * shape.inFeatures * shape.outFeatures;
      const inputs = (shape.inputBytes ?? shape.activationBytes) * shape.parts * shape.inFeatures;
      return weights + shape.rows * (inputs + shape.activationBytes * shape.outFeatures);
    }
    case "grouped-linear":
      return groupedBytes(shape);
    case "experts":
      return kernelBytes(shape.up) + kernelBytes(shape.down);
    case "attention-prefill":
    case "attention-decode":
      return attentionBytes(shape);
    case "scan":
      return scanBytes(shape);
    case "elementwise":
      return shape.activationBytes * shape.rows * shape.features * (shape.reads + shape.writes);
  }
}

function scanBytes({ sequences, newTokens, tokenBytes, sequenceBytes, chunkBytes, chunkTokens }: ScanShape): number {
  return newTokens * tokenBytes + sequences * sequenceBytes + (newTokens / chunkTokens) * chunkBytes;
}

/** How many of the experts have rows. */
export function activeOf({ rowsPerExpert, first, experts }: GroupedLinearShape): number {
  let active = 0;
  for (let e = first; e < first + experts; e++) if (rowsPerExpert[e]! > 0) active++;
  return active;
}
