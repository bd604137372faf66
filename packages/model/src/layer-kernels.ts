import type { GpuSpec, ModelSpec, Precision } from "@tokenyard/scenario";
import type { AttentionShape, GroupedLinearShape, LinearShape } from "./kernel.ts";
import { bytesOf, precisionsOf, productsOf } from "./precision.ts";

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
 * The kernels of one rank of such GPUs; undefined where the model has no such part. Sizes are divided as docs/models.md#shards says,
 * and rounded up where they do not divide (a padded shard). The objects are new and belong to the caller.
 */
export function layerKernels(model: ModelSpec, degrees: ShardDegrees, gpu: Pick<GpuSpec, "compute">): LayerKernels {
  const { hiddenSize, attention, experts, dense, vocabulary } = model;
  const stored = precisionsOf(model);
  const products = productsOf(model, gpu);
  const activationBytes = bytesOf(stored.activations);
  const formats = (part: "weights" | "experts" | "unquantised") => ({
    weightBytes: bytesOf(stored[part]),
    activationBytes,
    precision: products[part],
  });
  const a = degrees.attentionTensor;
  const heads = shard(attention.heads, a);
  const kvHeads = shard(attention.kvHeads, a); // at least 1: more ranks than KV heads hold replicas of them
  const whole = (inFeatures: number, outFeatures: number) => linear(inFeatures, outFeatures, formats("weights"));
  const core = (kind: AttentionShape["kind"]): AttentionShape => ({
    kind,
    heads,
    kvHeads,
    headSize: attention.headSize,
    sequences: 0,
    newTokens: 0,
    contextTokens: 0,
    pairs: 0,
    kvBytes: bytesOf(stored.kvCache),
    activationBytes,
    precision: products.core,
  });

  return {
    attention: {
      qkv: whole(hiddenSize, (heads + 2 * kvHeads) * attention.headSize),
      corePrefill: core("attention-prefill"),
      coreDecode: core("attention-decode"),
      output: whole(heads * attention.headSize, hiddenSize),
    },
    gate: experts && linear(hiddenSize, experts.count, formats("unquantised")),
    experts:
      experts &&
      feedForward(experts.matrices, hiddenSize, shard(experts.hiddenSize, degrees.tensor), (from, to) =>
        groupedLinear(from, to, formats("experts")),
      ),
    shared: experts?.shared ? feedForward(experts.matrices, hiddenSize, shard(experts.shared * experts.hiddenSize, a), whole) : undefined,
    dense: dense && feedForward(dense.matrices, hiddenSize, shard(dense.hiddenSize, a), whole),
    head: vocabulary === undefined ? undefined : linear(hiddenSize, shard(vocabulary, a), formats("unquantised")),
  };
}

function feedForward<Shape>(matrices: number, size: number, hidden: number, matrix: (from: number, to: number) => Shape) {
  return { up: matrix(size, (matrices - 1) * hidden), down: matrix(hidden, size) };
}

interface Formats {
  readonly weightBytes: number;
  readonly activationBytes: number;
  readonly precision: Precision;
}

function linear(inFeatures: number, outFeatures: number, formats: Formats): LinearShape {
  return { kind: "linear", rows: 0, inFeatures, outFeatures, ...formats };
}

function groupedLinear(inFeatures: number, outFeatures: number, formats: Formats): GroupedLinearShape {
  return { kind: "grouped-linear", rowsPerExpert: [], first: 0, experts: 0, inFeatures, outFeatures, ...formats };
}

/** What one of `ranks` holds of `size`. */
function shard(size: number, ranks: number): number {
  return Math.ceil(size / ranks);
}
