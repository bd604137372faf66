import type { ModelSpec, Precision } from "@tokenyard/scenario";
import type { AttentionShape, GroupedLinearShape, LinearShape } from "./kernel.ts";
import { bytesOf, multiplyPrecision, precisionsOf } from "./precision.ts";

/** How many ranks share one layer's matrices. */
export interface ShardDegrees {
  /** Ranks that share an expert. */
  readonly tensor: number;
  /** Ranks that share the attention, a dense layer, the shared experts and the head. */
  readonly attentionTensor: number;
}

/** A feed-forward of two kernels: up d → (matrices − 1)·hidden, then down hidden → d. */
export interface FeedForward<Shape> {
  readonly up: Shape;
  readonly down: Shape;
}

/** The kernels of one rank, op by op, in the order in which they run; rows and tokens are 0 and are the caller's to fill. */
export interface LayerKernels {
  readonly attention: {
    readonly qkv: LinearShape;
    readonly corePrefill: AttentionShape;
    readonly coreDecode: AttentionShape;
    readonly output: LinearShape;
  };
  /** Whole on every rank. */
  readonly gate: LinearShape | undefined;
  readonly experts: FeedForward<GroupedLinearShape> | undefined;
  readonly shared: FeedForward<LinearShape> | undefined;
  readonly dense: FeedForward<LinearShape> | undefined;
  /** Its rows are the tokens whose logits are wanted. */
  readonly head: LinearShape | undefined;
}

/**
 * The kernels of one rank; undefined where the model has no such part. Sizes are divided as docs/models.md#shards says,
 * and rounded up where they do not divide (a padded shard). The objects are new and belong to the caller.
 */
export function layerKernels(model: ModelSpec, degrees: ShardDegrees): LayerKernels {
  const { hiddenSize, attention, experts, dense, vocabulary } = model;
  const precisions = precisionsOf(model);
  const a = degrees.attentionTensor;
  const heads = shard(attention.heads, a);
  const kvHeads = shard(attention.kvHeads, a); // at least 1: more ranks than KV heads hold replicas of them
  const whole = (inFeatures: number, outFeatures: number) => linear(model, inFeatures, outFeatures);
  const core = (kind: AttentionShape["kind"]) => attentionCore(model, kind, heads, kvHeads);

  return {
    attention: {
      qkv: whole(hiddenSize, (heads + 2 * kvHeads) * attention.headSize),
      corePrefill: core("attention-prefill"),
      coreDecode: core("attention-decode"),
      output: whole(heads * attention.headSize, hiddenSize),
    },
    gate: experts && whole(hiddenSize, experts.count),
    experts:
      experts &&
      feedForward(experts.matrices, hiddenSize, shard(experts.hiddenSize, degrees.tensor), (from, to) =>
        groupedLinear(from, to, precisions.experts, precisions.activations),
      ),
    shared: experts?.shared ? feedForward(experts.matrices, hiddenSize, shard(experts.shared * experts.hiddenSize, a), whole) : undefined,
    dense: dense && feedForward(dense.matrices, hiddenSize, shard(dense.hiddenSize, a), whole),
    head: vocabulary === undefined ? undefined : whole(hiddenSize, shard(vocabulary, a)),
  };
}

function feedForward<Shape>(matrices: number, size: number, hidden: number, matrix: (from: number, to: number) => Shape) {
  return { up: matrix(size, (matrices - 1) * hidden), down: matrix(hidden, size) };
}

function linear(model: ModelSpec, inFeatures: number, outFeatures: number): LinearShape {
  const { weights, activations } = precisionsOf(model);
  return { kind: "linear", rows: 0, inFeatures, outFeatures, ...stored(weights, activations) };
}

function groupedLinear(inFeatures: number, outFeatures: number, weights: Precision, activations: Precision): GroupedLinearShape {
  return {
    kind: "grouped-linear",
    rowsPerExpert: [],
    first: 0,
    experts: 0,
    inFeatures,
    outFeatures,
    ...stored(weights, activations),
  };
}

function attentionCore(model: ModelSpec, kind: AttentionShape["kind"], heads: number, kvHeads: number): AttentionShape {
  const { activations, kvCache } = precisionsOf(model);
  return {
    kind,
    heads,
    kvHeads,
    headSize: model.attention.headSize,
    sequences: 0,
    newTokens: 0,
    contextTokens: 0,
    pairs: 0,
    kvBytes: bytesOf(kvCache),
    activationBytes: bytesOf(activations),
    precision: multiplyPrecision(kvCache, activations),
  };
}

function stored(weights: Precision, activations: Precision) {
  return {
    weightBytes: bytesOf(weights),
    activationBytes: bytesOf(activations),
    precision: multiplyPrecision(weights, activations),
  };
}

/** What one of `ranks` holds of `size`. */
function shard(size: number, ranks: number): number {
  return Math.ceil(size / ranks);
}
