import { nvlink5Fits } from "../fits/nvlink5.ts";
import type { Preset } from "../preset.ts";

export const hgxB200Ndr: Preset = {
  about: "Nodes of eight B200 on InfiniBand NDR",
  source: "its tiers: nvlink5 and infiniband-ndr",
  values: { kind: "two-tier", node: "nvlink5", fabric: "infiniband-ndr", allReduce: "fitted", fits: nvlink5Fits },
  beside: { gpusPerNode: 8 },
};
