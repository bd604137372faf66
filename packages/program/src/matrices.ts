import type { KernelModel } from "@tokenyard/cluster";
import type { FeedForward, LayerKernels, LinearShape } from "@tokenyard/model";
import { KernelByRows } from "./kernel-by-rows.ts";

/** The matrices of one rank that work on rows of their data group's sequences; undefined where the model has no such part. */
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

export function matricesOf(kernels: KernelModel, { attention, gate, shared, dense, head }: LayerKernels): Matrices {
  const matrix = (shape: LinearShape) => new KernelByRows(kernels, shape);
  const both = ({ up, down }: FeedForward<LinearShape>) => ({ up: matrix(up), down: matrix(down) });
  return {
    projections: attention.projections.map(matrix),
    expansions: attention.prefill.expansions.map(matrix),
    before: attention.decode.before.map(matrix),
    after: attention.decode.after.map(matrix),
    output: matrix(attention.output),
    gate: gate && matrix(gate),
    shared: shared && both(shared),
    dense: dense && both(dense),
    head: head && matrix(head),
  };
}
