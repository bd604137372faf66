import type { KernelModel } from "@tokenyard/cluster";
import { activationOf, apart, type FeedForward, type LayerKernels, type LinearShape, normOf } from "@tokenyard/model";
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

export function matricesOf(
  kernels: KernelModel,
  { attention, gate, shared, dense, head }: LayerKernels,
  model: Pick<ModelSpec, "experts" | "dense">,
  fusion: FusionSpec,
): Matrices {
  const matrix = (shape: LinearShape) => new KernelByRows(kernels, shape);
  const afterNorm = (shape: LinearShape) => (fusion.norms ? matrix(shape) : new KernelByRows(kernels, normOf(shape), shape));
  const both = ({ up, down }: FeedForward<LinearShape>, matrices: number, norm: boolean) => {
    const first = norm && !fusion.norms ? [normOf(up)] : [];
    const ups = fusion.feedForward ? [up] : [...apart(up, matrices), activationOf(up, matrices)];
    return { up: new KernelByRows(kernels, ...first, ...ups), down: matrix(down) };
  };
  return {
    projections: attention.projections.map((shape, i) => (i === 0 ? afterNorm(shape) : matrix(shape))),
    expansions: attention.prefill.expansions.map(matrix),
    before: attention.decode.before.map(matrix),
    after: attention.decode.after.map(matrix),
    output: matrix(attention.output),
    gate: gate && afterNorm(gate),
    shared: shared && both(shared, model.experts!.matrices, false), // on what the gate's norm gave
    dense: dense && both(dense, model.dense!.matrices, true),
    head: head && afterNorm(head),
  };
}
