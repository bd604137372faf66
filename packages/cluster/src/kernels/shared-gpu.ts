import type { AttentionShape, KernelShape } from "@tokenyard/model";
import { growingSeconds, type KernelModel } from "../kernel-model.ts";

/**
 * Kernels on a GPU whose communication kernels take `share` of it meanwhile: each takes 1/(1 − share) of its time, whatever binds it.
 * Source: docs/models/pipelines.md#two-batch-overlap.
 */
export class SharedGpu implements KernelModel {
  readonly name: string;
  readonly fewRows?: number;
  readonly #kernels: KernelModel;
  readonly #slowdown: number;
  readonly insideSeconds?: (shape: KernelShape) => number;

  constructor(kernels: KernelModel, share: number) {
    this.name = `${kernels.name}, halves on ${Number(((1 - share) * 100).toPrecision(3))} % of the GPU`;
    this.#kernels = kernels;
    this.#slowdown = 1 / (1 - share);
    if (kernels.fewRows !== undefined) this.fewRows = kernels.fewRows;
    if (kernels.insideSeconds !== undefined) this.insideSeconds = (shape) => kernels.insideSeconds!(shape) * this.#slowdown;
  }

  seconds(shape: KernelShape): number {
    return this.#kernels.seconds(shape) * this.#slowdown;
  }

  growingSeconds(shape: AttentionShape, more: number, count: number, out: Float64Array, at: number, stride: number): void {
    growingSeconds(this.#kernels, shape, more, count, out, at, stride);
    for (let i = at; i < at + count * stride; i += stride) out[i] = out[i]! * this.#slowdown;
  }
}
