import { FITS_SHA256 } from "../fits/fits-sha256.ts";
import { knownFits } from "../fits/known-fits.ts";
import { nvlink3Fits } from "../fits/nvlink3.ts";
import type { Preset } from "../preset.ts";

export const hgxA100Hdr: Preset = {
  about: "Nodes of eight A100 on InfiniBand HDR",
  source: "its tiers: nvlink3 and infiniband-hdr",
  gpus: ["a100-80g"],
  values: {
    kind: "two-tier",
    node: "nvlink3",
    fabric: "infiniband-hdr",
    allReduce: "fitted",
    fits: knownFits(nvlink3Fits, FITS_SHA256["hgx-a100-hdr"]),
  },
  beside: { gpusPerNode: 8 },
};
