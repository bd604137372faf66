import type { Preset } from "../preset.ts";

export const hgxH800Ndr: Preset = {
  about: "Nodes of eight H800 on InfiniBand NDR",
  source: "its tiers: nvlink-h800 and infiniband-ndr",
  values: { kind: "two-tier", node: "nvlink-h800", fabric: "infiniband-ndr", allReduce: "two-shot" },
  beside: { gpusPerNode: 8 },
};
