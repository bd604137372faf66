import { createKernelModel, type KernelModel } from "@tokenyard/cluster";
import type { ClusterSpec } from "@tokenyard/scenario";

const ROUNDING_SECONDS = 0.5e-9; // an op is rounded to the nearest nanosecond

/**
 * A model that no kernel of the cluster beats, convex and rising in rows, context and pairs, so that the mean over passes may stand
 * for the passes. The roofline is that itself; a measured model must name one here: by law none beats the roofline at its peaks.
 */
export function kernelFloor(cluster: ClusterSpec): KernelModel {
  switch (cluster.kernels.kind) {
    case "roofline":
      return createKernelModel(cluster);
  }
}

/** Seconds that an op takes at least, once those of its model are rounded. */
export function atLeast(seconds: number): number {
  return Math.max(0, seconds - ROUNDING_SECONDS);
}
