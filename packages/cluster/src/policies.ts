import type { ClusterSpec } from "@tokenyard/scenario";
import type { KernelModel } from "./kernel-model.ts";
import { Roofline } from "./kernels/roofline.ts";
import type { NetworkModel } from "./network-model.ts";
import { TwoTierNetwork } from "./networks/two-tier.ts";

export function createKernelModel(cluster: ClusterSpec): KernelModel {
  switch (cluster.kernels.kind) {
    case "roofline":
      return new Roofline(cluster.gpu);
  }
}

export function createNetworkModel(cluster: ClusterSpec): NetworkModel {
  switch (cluster.network.kind) {
    case "two-tier":
      return new TwoTierNetwork(cluster.network, cluster.gpusPerNode);
  }
}
