import {
  type AttentionShape,
  attentionBytes,
  attentionFlops,
  type GroupedLinearShape,
  groupedBytes,
  groupedFlops,
  groupedRows,
  type KernelShape,
  kernelBytes,
  kernelFlops,
  kernelRows,
} from "@tokenyard/model";
import type { GpuSpec, Precision } from "@tokenyard/scenario";
import { type Compute, computeOf } from "../compute.ts";
import type { KernelModel } from "../kernel-model.ts";

/**
 * launch + max(FLOPs / (compute · efficiency), bytes / (bandwidth · efficiency)).
 * Experts are two kernels, one for each matrix.
 * Leaves out tiles, waves, caches and small sizes: one efficiency holds for every shape. Source: docs/models/kernels.md#roofline.
 */
export class Roofline implements KernelModel {
  readonly name = "uncalibrated roofline";
  readonly fewRows = Number.POSITIVE_INFINITY;
  readonly #compute: Compute;
  readonly #computeEfficiency: number;
  readonly #bytesPerSecond: number;
  readonly #launchSeconds: number;

  constructor(gpu: GpuSpec) {
    this.#compute = computeOf(gpu);
    this.#computeEfficiency = gpu.computeEfficiency;
    this.#bytesPerSecond = gpu.bandwidth * gpu.bandwidthEfficiency;
    this.#launchSeconds = gpu.launch;
  }

  /** Throws RangeError for a precision without compute, which `computeProblems` reports before. */
  seconds(shape: KernelShape): number {
    if (shape.kind === "experts") return this.#groupedSeconds(shape.up) + this.#groupedSeconds(shape.down);
    if (kernelRows(shape) === 0) return 0;
    const memorySeconds = kernelBytes(shape) / this.#bytesPerSecond;
    if (shape.kind === "elementwise") return this.#launchSeconds + memorySeconds;
    return this.#launchSeconds + Math.max(kernelFlops(shape) / this.#flopsPerSecond(shape.precision), memorySeconds);
  }

  /** FLOPs and bytes are whole numbers, or simple fractions, far below 2⁵³: adding to them step by step is exact. */
  growingSeconds(shape: AttentionShape, more: number, count: number, out: Float64Array, at: number, stride: number): void {
    const flopsPerSecond = this.#flopsPerSecond(shape.precision);
    let flops = attentionFlops(shape);
    let bytes = attentionBytes(shape);
    shape.contextTokens += more;
    shape.pairs += more;
    const moreFlops = attentionFlops(shape) - flops;
    const moreBytes = attentionBytes(shape) - bytes;
    shape.contextTokens -= more;
    shape.pairs -= more;
    const isEmpty = shape.newTokens === 0;
    for (let i = 0; i < count; i++) {
      out[at + i * stride] = isEmpty ? 0 : this.#launchSeconds + Math.max(flops / flopsPerSecond, bytes / this.#bytesPerSecond);
      flops += moreFlops;
      bytes += moreBytes;
    }
  }

  #groupedSeconds(shape: GroupedLinearShape): number {
    if (groupedRows(shape) === 0) return 0;
    return (
      this.#launchSeconds +
      Math.max(groupedFlops(shape) / this.#flopsPerSecond(shape.precision), groupedBytes(shape) / this.#bytesPerSecond)
    );
  }

  #flopsPerSecond(precision: Precision): number {
    const flopsPerSecond = this.#compute[precision];
    if (flopsPerSecond === undefined) throw new RangeError(`cluster.gpu.compute gives no ${precision}`);
    return flopsPerSecond * this.#computeEfficiency;
  }
}
