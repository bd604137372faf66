import type { GpuSpec } from "@tokenyard/scenario";

/** What GPUs of one kind did in a run, all together. */
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

/** What of the power over idle a GPU draws that only reads its memory, as fast as kernels can. Source: docs/models/cost-and-energy.md#energy. */
export const MEMORY_SHARE = 0.5;

/**
 * Joules of GPUs: idle power all the time, and what they may draw over it for the time at full load: FLOPs over what kernels reach, and half
 * of the bytes over what they reach, as long as kernels ran at the most. Null where the scenario gives no power.
 * Leaves out links, clocks that fall under a power limit, and temperature. Source: docs/models/cost-and-energy.md#energy.
 */
export function gpuJoules(gpu: GpuSpec, work: GpuWork): number | null {
  if (gpu.power === undefined) return null;
  const { idle, peak } = gpu.power;
  const computeSeconds = work.flops / (work.peakFlopsPerSecond * gpu.computeEfficiency);
  const memorySeconds = work.memoryBytes / (gpu.bandwidth * gpu.bandwidthEfficiency);
  const fullSeconds = Math.min(work.busySeconds, computeSeconds + MEMORY_SHARE * memorySeconds);
  return idle * work.seconds + (peak - idle) * fullSeconds;
}
