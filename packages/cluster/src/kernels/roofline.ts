import { type KernelShape, kernelBytes, kernelFlops, kernelRows } from "@tokenyard/model";
import type { GpuSpec } from "@tokenyard/scenario";
import { type Compute, computeOf } from "../compute.ts";
import type { KernelModel } from "../kernel-model.ts";

/**
 * launch + max(FLOPs / (compute · efficiency), bytes / (bandwidth · efficiency)).
 * Leaves out tiles, waves, caches and small sizes: one efficiency holds for every shape. Source: docs/models.md#roofline.
 */
export class Roofline implements KernelModel {
  readonly name = "uncalibrated roofline";
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

  /** Throws RangeError for a precision without compute; `computeProblems` tells of it before. */
  seconds(shape: KernelShape): number {
    if (kernelRows(shape) === 0) return 0;
    const memorySeconds = kernelBytes(shape) / this.#bytesPerSecond;
    if (shape.kind === "elementwise") return this.#launchSeconds + memorySeconds;
    const flopsPerSecond = this.#compute[shape.precision];
    if (flopsPerSecond === undefined) throw new RangeError(`cluster.gpu.compute gives no ${shape.precision}`);
    return this.#launchSeconds + Math.max(kernelFlops(shape) / (flopsPerSecond * this.#computeEfficiency), memorySeconds);
  }
}
