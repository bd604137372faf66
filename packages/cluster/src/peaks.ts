import type { ClusterSpec, Precision } from "@tokenyard/scenario";
import { computeOf } from "./compute.ts";

/** What one GPU could do at most, as its maker says, before any efficiency. */
export interface Peaks {
  /** Throws RangeError for a precision that the scenario does not give. */
  flopsPerSecond(precision: Precision): number;
  readonly memoryBytesPerSecond: number;
  /** To other GPUs of its node, one direction. */
  readonly nodeBytesPerSecond: number;
  /** To other nodes, one direction. */
  readonly fabricBytesPerSecond: number;
}

export function peaksOf(cluster: ClusterSpec): Peaks {
  const compute = computeOf(cluster.gpu);
  return {
    flopsPerSecond(precision) {
      const flops = compute[precision];
      if (flops === undefined) throw new RangeError(`cluster.gpu.compute gives no ${precision}`);
      return flops;
    },
    memoryBytesPerSecond: cluster.gpu.bandwidth,
    nodeBytesPerSecond: cluster.network.node.bandwidth,
    fabricBytesPerSecond: cluster.network.fabric.bandwidth,
  };
}
