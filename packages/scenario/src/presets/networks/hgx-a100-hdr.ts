import { knownFits } from "../fits/known-fits.ts";
import { nvlink3Fits } from "../fits/nvlink3.ts";
import type { Preset } from "../preset.ts";

export const hgxA100Hdr: Preset = {
  about: "Nodes of eight A100 on InfiniBand HDR",
  source: "its tiers: nvlink3 and infiniband-hdr",
  values: { kind: "two-tier", node: "nvlink3", fabric: "infiniband-hdr", allReduce: "fitted", fits: knownFits(nvlink3Fits) },
  beside: { gpusPerNode: 8 },
};
