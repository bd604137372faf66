import type { GpuSpec, ModelSpec } from "@tokenyard/scenario";
import type { AttentionKernels } from "../attentions/attention.ts";
import { attentionOf } from "../attentions/attention-of.ts";
import { type Formats, type GroupedLinearShape, type LinearShape, plainLinear } from "./kernel.ts";
import { bytesOf, type MatrixPart, precisionsOf, productsOf } from "./precision.ts";
import { shard } from "./shard.ts";

/** How many ranks share one layer's matrices. */
export interface ShardDegrees {
  /** Ranks that share an expert. */
  readonly tensor: number;
  /** Ranks that share the attention, a dense layer and the head. */
  readonly attentionTensor: number;
  /** Ranks that share the shared experts; undefined: those. */
  readonly sharedTensor?: number;
}

/** A feed-forward of two kernels: up d → (matrices − 1)·hidden, then down hidden → d. */
export interface FeedForward<Shape> {
  readonly up: Shape;
  readonly down: Shape;
}

/** The kernels of one rank, op by op, in the order in which they run; rows and tokens are 0 and are the caller's to fill. */
export interface LayerKernels {
  readonly attention: AttentionKernels;
  /** Whole on every rank. */
  readonly gate: LinearShape | undefined;
  readonly experts: FeedForward<GroupedLinearShape> | undefined;
  readonly shared: FeedForward<LinearShape> | undefined;
  readonly dense: FeedForward<LinearShape> | undefined;
  /** Its rows are the tokens whose logits are wanted. */
  readonly head: LinearShape | undefined;
}

/** Of what does not depend on formats: weights and FLOPs are the same in every one. */
export const ANY_GPU = { compute: 1 };

/**
 * The kernels of one rank of such GPUs; undefined where the model has no such part. Sizes are divided as docs/models.md#shards says,
 * and rounded up where they do not divide (a padded shard). The objects are new and belong to the caller.
 */
export function layerKernels(model: ModelSpec, degrees: ShardDegrees, gpu: Pick<GpuSpec, "compute">): LayerKernels {
  const { hiddenSize, experts, dense, vocabulary } = model;
  const stored = precisionsOf(model);
  const products = productsOf(model, gpu);
  const activationBytes = bytesOf(stored.activations);
  const formats = (part: MatrixPart | "unquantised" | "head") => ({
    weightBytes: bytesOf(stored[part]),
    activationBytes,
    precision: products[part],
  });
  const a = degrees.attentionTensor;
  const sharedBy = degrees.sharedTensor ?? a;
  const matrix = (part: "shared" | "dense") => (inFeatures: number, outFeatures: number) =>
    plainLinear(inFeatures, outFeatures, formats(part));
  const cacheBytes = bytesOf(stored.kvCache);

  return {
    attention: attentionOf(model).kernels(a, {
      cacheBytes,
      corePrecision: products.core,
      ...formats("attention"),
      output: formats("attentionOutput"),
    }),
    gate: experts && plainLinear(hiddenSize, experts.count, formats("unquantised")),
    experts:
      experts &&
      feedForward(experts.matrices, hiddenSize, shard(experts.hiddenSize, degrees.tensor), (from, to) =>
        groupedLinear(from, to, formats("experts")),
      ),
    shared: experts?.shared
      ? feedForward(experts.matrices, hiddenSize, shard(experts.shared * experts.hiddenSize, sharedBy), matrix("shared"))
      : undefined,
    dense: dense && feedForward(dense.matrices, hiddenSize, shard(dense.hiddenSize, a), matrix("dense")),
    head: vocabulary === undefined ? undefined : plainLinear(hiddenSize, shard(vocabulary, a), formats("head")),
  };
}

function feedForward<Shape>(matrices: number, size: number, hidden: number, matrix: (from: number, to: number) => Shape) {
  return { up: matrix(size, (matrices - 1) * hidden), down: matrix(hidden, size) };
}

function groupedLinear(inFeatures: number, outFeatures: number, formats: Formats): GroupedLinearShape {
  return { kind: "grouped-linear", rowsPerExpert: [], first: 0, experts: 0, inFeatures, outFeatures, ...formats };
}
