import type { AttentionShape, KernelShape } from "@tokenyard/model";

/** Model of the time of one kernel on one otherwise idle GPU. */
export interface KernelModel {
  /** Name in reports. */
  readonly name: string;
  /** Seconds; 0 for a shape without rows, and always the same for the same shape. Allocates nothing, and keeps no part of `shape`. */
  seconds(shape: KernelShape): number;
  /** Seconds of a shape that the measured tables contain exactly, and 0 for any other. Only models with tables have it. */
  insideSeconds?(shape: KernelShape): number;

  /**
   * Largest number of rows an expert for which the time of routed experts depends only on the number of experts, of active ones, and of
   * rows in all, not on their distribution. Undefined: it depends on the distribution.
   */
  readonly fewRows?: number;

  /**
   * Seconds of `count` attentions in a row: `shape`, then each with `more` further context tokens and pairs; bit for bit what `seconds`
   * returns for each. Fills `out` from `at` on, every `stride`. Present only where it is faster than single calls.
   */
  growingSeconds?(shape: AttentionShape, more: number, count: number, out: Float64Array, at: number, stride: number): void;
}

/** Implements `KernelModel.growingSeconds` for any model: calls `seconds` one by one if the model has no faster way. */
export function growingSeconds(
  kernels: KernelModel,
  shape: AttentionShape,
  more: number,
  count: number,
  out: Float64Array,
  at: number,
  stride: number,
): void {
  if (kernels.growingSeconds !== undefined) {
    kernels.growingSeconds(shape, more, count, out, at, stride);
    return;
  }
  oneByOne(kernels, shape, more, count, out, at, stride);
}

/** Calls `seconds` for one shape after the other. */
export function oneByOne(
  kernels: Pick<KernelModel, "seconds">,
  shape: AttentionShape,
  more: number,
  count: number,
  out: Float64Array,
  at: number,
  stride: number,
): void {
  for (let i = 0; i < count; i++) {
    out[at + i * stride] = kernels.seconds(shape);
    shape.contextTokens += more;
    shape.pairs += more;
  }
  shape.contextTokens -= more * count;
  shape.pairs -= more * count;
}
