import type { Preset } from "../preset.ts";

// A tier says nothing of the size of a node: that is `cluster.gpusPerNode`.
export const nvl72: Preset = {
  about: "Racks of GB200 NVL72 on InfiniBand NDR; set gpusPerNode to 72",
  source: "its tiers: nvlink5 and infiniband-ndr",
  values: { kind: "two-tier", node: "nvlink5", fabric: "infiniband-ndr", allReduce: "two-shot" },
};
