import type { ClusterSpec } from "@tokenyard/scenario";
import type { KernelModel } from "./kernel-model.ts";
import { FittedKernels } from "./kernels/fitted/fitted.ts";
import { Roofline } from "./kernels/roofline.ts";
import { SharedGpu } from "./kernels/shared-gpu.ts";
import { TabledKernels } from "./kernels/table/table.ts";
import type { NetworkModel } from "./network-model.ts";
import { TwoTierNetwork } from "./networks/two-tier.ts";

/** `kernels` beside communication, which occupies its share of the GPU. */
export function besideCommunication(kernels: KernelModel, { gpu: { communicationShare = 0 } }: ClusterSpec): KernelModel {
  return communicationShare > 0 ? new SharedGpu(kernels, communicationShare) : kernels;
}

export function createKernelModel(cluster: ClusterSpec): KernelModel {
  switch (cluster.kernels.kind) {
    case "roofline":
      return new Roofline(cluster.gpu);
    case "fitted":
      return new FittedKernels(cluster.gpu, cluster.kernels);
    case "table":
      return new TabledKernels(cluster, cluster.kernels);
  }
}

/** Least ratios of traffic's times to those without tables, where a network's tables correct them. */
export function tabledShares(cluster: ClusterSpec) {
  return cluster.network.files === undefined ? UNTABLED : new TwoTierNetwork(cluster).leastShares!;
}

const UNTABLED = { allReduce: 1, gather: 1, exchange: 1, send: 1 };

export function createNetworkModel(cluster: ClusterSpec): NetworkModel {
  switch (cluster.network.kind) {
    case "two-tier":
      return new TwoTierNetwork(cluster);
  }
}
