import { createKernelModel, type KernelModel, TabledKernels } from "@tokenyard/cluster";
import type { ClusterSpec, GpuSpec } from "@tokenyard/scenario";

export const ROUNDING_SECONDS = 0.5e-9; // an op is rounded to the nearest nanosecond

/**
 * A kernel model that no kernel of the cluster beats, convex and rising in rows, context and pairs, so that the mean over passes may
 * replace the passes. The roofline is one itself; for fitted kernels it is the roofline at the datasheet's peaks, which no kernel beats by
 * law. Measured kernels may: for them it is that roofline, scaled by the row that is furthest below the model.
 */
export function kernelFloor(cluster: ClusterSpec): KernelModel {
  switch (cluster.kernels.kind) {
    case "roofline":
      return createKernelModel(cluster);
    case "fitted":
      return createKernelModel({ ...cluster, gpu: atItsPeaks(cluster.gpu), kernels: { kind: "roofline" } });
    case "table": {
      const gpu = faster(atItsPeaks(cluster.gpu), 1 / leastShareOf(cluster, cluster.kernels));
      return createKernelModel({ ...cluster, gpu, kernels: { kind: "roofline" } });
    }
  }
}

/** Kernel model without the fixed cost, which `leastLaunch` has. */
export function bareFloor(cluster: ClusterSpec): KernelModel {
  if (cluster.kernels.kind !== "roofline") return kernelFloor(cluster); // which has none
  return createKernelModel({ ...cluster, gpu: { ...cluster.gpu, launch: 0 } });
}

type TableSpec = Extract<ClusterSpec["kernels"], { kind: "table" }>;

/** Tables are read once, not for each plan of a search: the share follows from them and from the GPU. */
const leastShares = new WeakMap<TableSpec, { readonly gpu: GpuSpec; readonly share: number }>();

function leastShareOf(cluster: ClusterSpec, kernels: TableSpec): number {
  const { gpu } = cluster;
  const known = leastShares.get(kernels);
  if (known?.gpu === gpu) return known.share;
  const { leastShare: share } = new TabledKernels(cluster, kernels);
  leastShares.set(kernels, { gpu, share });
  return share;
}

/** Seconds of the fixed cost that is in every kernel of the floor. */
export function leastLaunch({ kernels, gpu }: ClusterSpec): number {
  return kernels.kind === "roofline" ? gpu.launch : 0;
}

function atItsPeaks(gpu: GpuSpec): GpuSpec {
  return { ...gpu, computeEfficiency: 1, bandwidthEfficiency: 1, launch: 0 };
}

function faster(gpu: GpuSpec, times: number): GpuSpec {
  const { compute } = gpu;
  const scaled =
    typeof compute === "number"
      ? compute * times
      : Object.fromEntries(Object.entries(compute).map(([precision, peak]) => [precision, peak * times]));
  return { ...gpu, compute: scaled, bandwidth: gpu.bandwidth * times };
}

/** Least seconds of an op, after rounding of its model. */
export function atLeast(seconds: number): number {
  return Math.max(0, seconds - ROUNDING_SECONDS);
}
