import type { GpuSpec, ModelSpec } from "@tokenyard/scenario";
import { contextRanksOf, sharingContexts } from "../mixers/context.ts";
import type { MixerKernels } from "../mixers/mixer.ts";
import { bytesOf } from "./bytes.ts";
import { type Formats, type GroupedLinearShape, type LinearShape, plainLinear } from "./kernel.ts";
import { modelLayers } from "./model-layers.ts";
import { type MatrixPart, precisionsOf, productsOf } from "./precision.ts";
import { shard } from "./shard.ts";

/** How many ranks share one layer's matrices. */
export interface ShardDegrees {
  /** Ranks that share an expert. */
  readonly tensor: number;
  /** Ranks that share the attention, a dense layer and the head. */
  readonly attentionTensor: number;
  /** Ranks that share the shared experts; undefined: those. */
  readonly sharedTensor?: number;
  /** Ranks that share the cache of each sequence; undefined: 1. */
  readonly context?: number;
  /** Whether they gather each other's queries, or each computes those of all; undefined: gathered. */
  readonly contextQueries?: "gathered" | "whole";
}

/** A feed-forward of two kernels: up d → (matrices − 1)·hidden, then down hidden → d. */
export interface FeedForward<Shape> {
  readonly up: Shape;
  readonly down: Shape;
}

/** The kernels of one rank, op by op, in the order in which they run; rows and tokens are 0 and are the caller's to fill. */
export interface LayerKernels {
  /** [mixers] of the model */
  readonly mixers: readonly MixerKernels[];
  /** The first of them: the attention of a model whose layers have the same. */
  readonly attention: MixerKernels;
  /** Whole on every rank. */
  readonly gate: LinearShape | undefined;
  /** To the width of the experts, and back; whole on every rank. */
  readonly latent: FeedForward<LinearShape> | undefined;
  readonly experts: FeedForward<GroupedLinearShape> | undefined;
  readonly shared: FeedForward<LinearShape> | undefined;
  /** One number a token, of shared experts with a gate. */
  readonly sharedGate: LinearShape | undefined;
  /** [denses] of the model */
  readonly denses: readonly FeedForward<LinearShape>[];
  /** The first of `denses`. */
  readonly dense: FeedForward<LinearShape> | undefined;
  /** Hyper-connections of a layer, which mix the streams of the residual. */
  readonly streams: LinearShape | undefined;
  /** Its rows are the tokens whose logits are computed. */
  readonly head: LinearShape | undefined;
}

/** A GPU for sums that do not depend on formats: weights and FLOPs are the same in every one. */
export const ANY_GPU = { compute: 1 };

/** Degrees and a GPU for quantities that depend on neither. */
export const ANY_SIZES = [{ tensor: 1, attentionTensor: 1 }, ANY_GPU] as const;

/**
 * The kernels of one rank of such GPUs; undefined where the model has no such part. Sizes are divided as docs/models/parameters.md#shards says,
 * and rounded up where they do not divide (a padded shard). The objects are new and belong to the caller.
 */
export function layerKernels(model: ModelSpec, degrees: ShardDegrees, gpu: Pick<GpuSpec, "compute">): LayerKernels {
  const { hiddenSize, experts, vocabulary, residualStreams = 1 } = model;
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
  const matrix = (part: "shared" | "dense" | "latentProjections") => (inFeatures: number, outFeatures: number) =>
    plainLinear(inFeatures, outFeatures, formats(part));
  const ofCore = { cacheBytes: bytesOf(stored.kvCache), corePrecision: products.core, scorePrecision: products.score };
  const layers = modelLayers(model);
  const mixers = layers.mixers.map((mixer) => {
    const contextRanks = contextRanksOf(mixer, a, degrees.context);
    const queriesOf = degrees.contextQueries === "whole" ? contextRanks : 1;
    const ofMixer = {
      ...ofCore,
      ...formats(mixer.part),
      ...(mixer.part === "attention" ? { output: formats("attentionOutput") } : {}),
      ...(mixer.isChoosing === true ? { indexer: formats("indexer") } : {}),
    };
    return sharingContexts(mixer.kernels(a, ofMixer, queriesOf), contextRanks, queriesOf);
  });
  const denses = layers.denses.map((dense) => feedForward(dense.matrices, hiddenSize, shard(dense.hiddenSize, a), matrix("dense")));
  const input = experts?.inputSize ?? hiddenSize;

  return {
    mixers,
    attention: mixers[0]!,
    gate: experts && plainLinear(hiddenSize, experts.count, formats("unquantised")),
    latent:
      experts?.inputSize === undefined
        ? undefined
        : { up: matrix("latentProjections")(hiddenSize, input), down: matrix("latentProjections")(input, hiddenSize) },
    experts:
      experts &&
      feedForward(experts.matrices, input, shard(experts.hiddenSize, degrees.tensor), (from, to) =>
        groupedLinear(from, to, formats("experts")),
      ),
    shared: experts?.shared
      ? feedForward(experts.matrices, hiddenSize, shard(sharedHiddenSize(experts), sharedBy), matrix("shared"))
      : undefined,
    sharedGate: experts?.shared && experts.sharedGate === true ? plainLinear(hiddenSize, 1, formats("unquantised")) : undefined,
    denses,
    dense: denses[0],
    streams:
      residualStreams === 1
        ? undefined
        : plainLinear(residualStreams * hiddenSize, 2 * (2 + residualStreams) * residualStreams, formats("unquantised")),
    head: vocabulary === undefined ? undefined : plainLinear(hiddenSize, shard(vocabulary, a), formats("head")),
  };
}

/** Hidden size of all shared experts of a layer together. */
export function sharedHiddenSize({ shared, hiddenSize, sharedHiddenSize: own }: NonNullable<ModelSpec["experts"]>): number {
  return own ?? shared * hiddenSize;
}

function feedForward<Shape>(matrices: number, size: number, hidden: number, matrix: (from: number, to: number) => Shape) {
  return { up: matrix(size, (matrices - 1) * hidden), down: matrix(hidden, size) };
}

function groupedLinear(inFeatures: number, outFeatures: number, formats: Formats): GroupedLinearShape {
  return { kind: "grouped-linear", rowsPerExpert: [], first: 0, experts: 0, inFeatures, outFeatures, ...formats };
}
