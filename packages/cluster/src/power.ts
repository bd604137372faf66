import type { GpuSpec } from "@tokenyard/scenario";

/** Totals of the GPUs of one kind in a run. */
export interface GpuWork {
  /** GPU seconds of all GPUs, from the start of the run to its end. */
  readonly seconds: number;
  /** GPU seconds in which a kernel ran. */
  readonly busySeconds: number;
  readonly flops: number;
  readonly memoryBytes: number;
  /** Peak FLOPS of one GPU, from its data sheet. */
  readonly peakFlopsPerSecond: number;
}

/**
 * Share of the power above idle that a GPU draws when it only reads its memory, as fast as kernels can. Source:
 * docs/models/cost-and-energy.md#energy.
 */
export const MEMORY_SHARE = 0.5;

/**
 * Joules of GPUs: idle power all the time, and the power above it for the equivalent time at full load: FLOPs over the rate that kernels
 * reach, and half of the bytes over theirs, at most the time in which kernels ran. Null if the scenario gives no power. Leaves out links,
 * clocks that fall under a power limit, and temperature. Source: docs/models/cost-and-energy.md#energy.
 */
export function gpuJoules(gpu: GpuSpec, work: GpuWork): number | null {
  if (gpu.power === undefined) return null;
  const { idle, peak } = gpu.power;
  const computeSeconds = work.flops / (work.peakFlopsPerSecond * gpu.computeEfficiency);
  const memorySeconds = work.memoryBytes / (gpu.bandwidth * gpu.bandwidthEfficiency);
  const fullSeconds = Math.min(work.busySeconds, computeSeconds + MEMORY_SHARE * memorySeconds);
  return idle * work.seconds + (peak - idle) * fullSeconds;
}

/**
 * Watts of a GPU that reached shares `flopsUse` and `bandwidthUse` of its peaks, without the bound by the time of kernels. Undefined if the scenario gives no
 * power. Source: docs/models/cost-and-energy.md#energy.
 */
export function gpuWatts(gpu: GpuSpec, flopsUse: number, bandwidthUse: number): number | undefined {
  if (gpu.power === undefined) return undefined;
  const { idle, peak } = gpu.power;
  return idle + (peak - idle) * (flopsUse / gpu.computeEfficiency + (MEMORY_SHARE * bandwidthUse) / gpu.bandwidthEfficiency);
}
