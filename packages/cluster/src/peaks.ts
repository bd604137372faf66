import type { ClusterSpec, Precision } from "@tokenyard/scenario";
import { computeOf } from "./compute.ts";
import { collectiveFitOf, mostSentRate } from "./networks/collective-fit.ts";
import { exchangeRate } from "./networks/exchange-fit.ts";

/** Peaks of one GPU from its datasheet, before any efficiency. */
export interface Peaks {
  /** Throws RangeError for a precision that the scenario does not give. */
  flopsPerSecond(precision: Precision): number;
  readonly memoryBytesPerSecond: number;
  /** Bytes per second to other GPUs of its node, one direction. */
  readonly nodeBytesPerSecond: number;
  /** Bytes per second to other nodes, one direction. */
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
    nodeBytesPerSecond: Math.max(
      cluster.network.node.bandwidth, // a tier's bandwidth is what collectives reach in the mean; fitted ones reach more when large
      ...(["all-reduce", "all-gather", "all-to-all"] as const).map((kind) => {
        const fit = collectiveFitOf(cluster, kind);
        return fit === undefined ? 0 : mostSentRate(fit, cluster.gpusPerNode);
      }),
      exchangeRate(cluster, "node"),
    ),
    fabricBytesPerSecond: Math.max(cluster.network.fabric.bandwidth, exchangeRate(cluster, "fabric")),
  };
}
