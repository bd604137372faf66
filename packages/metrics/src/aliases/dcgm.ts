import { alias, type Exported } from "./alias.ts";

const MIB = 1024 * 1024;
/** GPUs are numbered; ours are through all replicas. */
const labels: Exported["labels"] = [{ at: 1, name: "gpu" }];
/** Shares of a step, limited to the whole: what ends in a step may have begun before it. */
const atMostAll = (share: number) => Math.min(1, share);

/** Metrics under the names of NVIDIA's DCGM exporter. */
export const DCGM: readonly Exported[] = [
  alias("DCGM_FI_DEV_FB_USED", "memoryShare", { labels, of: ["memoryShare", "memory"], value: (share, bytes) => (share * bytes) / MIB }),
  alias("DCGM_FI_DEV_FB_FREE", "memoryShare", {
    labels,
    of: ["memoryShare", "memory"],
    value: (share, bytes) => ((1 - share) * bytes) / MIB,
  }),
  alias("DCGM_FI_DEV_GPU_UTIL", "computeUse", { labels, value: (share) => Math.round(atMostAll(share) * 100) }),
  alias("DCGM_FI_PROF_GR_ENGINE_ACTIVE", "computeUse", { labels, value: atMostAll }),
  alias("DCGM_FI_PROF_DRAM_ACTIVE", "memoryBandwidthUse", { labels, value: atMostAll }),
];
