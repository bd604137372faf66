import type { LoadSeconds } from "@tokenyard/resilience";
import type { Scenario } from "@tokenyard/scenario";
import type { PoolSetup } from "../inputs/setup.ts";

const DISK = 3e9; // bytes/s, the default of weightStore

/** How long a rank loads weights. From peers they come over the fabric, as from one GPU of another node. */
export function loadSecondsOf({ weightStore }: Scenario, { network, plan }: PoolSetup): LoadSeconds {
  switch (weightStore?.kind) {
    case "host":
    case "disk":
      return (bytes) => bytes / weightStore.bandwidth;
    case "peers":
      return (bytes) => network.transferSeconds(bytes, 0, plan.gpusPerNode);
    default:
      return (bytes) => bytes / DISK;
  }
}
