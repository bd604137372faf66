import type { KernelModel } from "@tokenyard/cluster";
import {
  activationOf,
  apart,
  type ElementwiseShape,
  type FeedForward,
  type LayerKernels,
  type LinearShape,
  normOf,
  quantiserOf,
} from "@tokenyard/model";
import { type Plan, reducesTokens } from "@tokenyard/placement";
import type { FusionSpec, ModelSpec } from "@tokenyard/scenario";
import { KernelByRows } from "./kernel-by-rows.ts";

/**
 * The matrices of one rank that work on rows of their data group's sequences, with the kernels beside them that are not fused; undefined where the
 * model has no such part.
 */
export interface Matrices {
  /** Of the attention, as `AttentionKernels` has them. */
  readonly projections: readonly KernelByRows[];
  readonly expansions: readonly KernelByRows[];
  readonly before: readonly KernelByRows[];
  readonly after: readonly KernelByRows[];
  readonly output: KernelByRows;
  readonly gate: KernelByRows | undefined;
  readonly shared: FeedForward<KernelByRows> | undefined;
  readonly dense: FeedForward<KernelByRows> | undefined;
  readonly head: KernelByRows | undefined;
}

/** Which norms an all-reduce before takes along: those before attentions (and the head), which close layers, and those before dense layers and gates. */
export interface NormsTaken {
  readonly attention: boolean;
  readonly feedForward: boolean;
  /** A reduce-scatter takes none along. */
  readonly gate: boolean;
}

export function normsTaken({ norms, allReduce = false }: FusionSpec, { dense, experts }: ModelSpec, plan: Plan): NormsTaken {
  const feedForward = allReduce && !norms && plan.attentionTensor > 1;
  const closes = (experts === undefined || reducesTokens(plan)) && (dense === undefined || plan.attentionTensor > 1);
  return { feedForward, attention: feedForward && closes, gate: feedForward && plan.sequenceParallel !== "reduce-scatter" };
}

export function matricesOf(
  kernels: KernelModel,
  { attention, gate, shared, dense, head }: LayerKernels,
  model: Pick<ModelSpec, "experts" | "dense">,
  fusion: FusionSpec,
  taken: NormsTaken,
): Matrices {
  const before = (shape: LinearShape) => (fusion.quantise === false ? some(quantiserOf(shape)) : []);
  const norm = (shape: LinearShape, isTaken: boolean) => (fusion.norms || isTaken ? [] : [normOf(shape)]);
  const matrix = (shape: LinearShape) => new KernelByRows(kernels, ...before(shape), shape);
  const afterNorm = (shape: LinearShape, isTaken: boolean) => new KernelByRows(kernels, ...norm(shape, isTaken), ...before(shape), shape);
  const compressed = fusion.norms ? [] : attention.compressedNorms;
  const afterCompressing = (shape: LinearShape) => new KernelByRows(kernels, ...compressed, ...before(shape), shape);
  const both = ({ up, down }: FeedForward<LinearShape>, matrices: number, normed: boolean) => {
    const first = normed ? norm(up, taken.feedForward) : [];
    const ups = fusion.feedForward ? [up] : [...apart(up, matrices), activationOf(up, matrices)];
    return { up: new KernelByRows(kernels, ...first, ...before(up), ...ups), down: matrix(down) };
  };
  return {
    projections: attention.projections.map((shape, i) => (i === 0 ? afterNorm(shape, taken.attention) : afterCompressing(shape))),
    expansions: attention.prefill.expansions.map(matrix),
    before: attention.decode.before.map(matrix),
    after: attention.decode.after.map(matrix),
    output: matrix(attention.output),
    gate: gate && afterNorm(gate, taken.gate),
    shared: shared && both(shared, model.experts!.matrices, false), // on what the gate's norm gave
    dense: dense && both(dense, model.dense!.matrices, true),
    head: head && afterNorm(head, taken.attention),
  };
}

function some(shape: ElementwiseShape | undefined): ElementwiseShape[] {
  return shape === undefined ? [] : [shape];
}
