import { FITS_SHA256 } from "../fits/fits-sha256.ts";
import { infinibandNdrFits } from "../fits/infiniband-ndr.ts";
import { knownFits } from "../fits/known-fits.ts";
import { nvlink4Fits } from "../fits/nvlink4.ts";
import type { Preset } from "../preset.ts";

export const hgxH100Ndr: Preset = {
  about: "Nodes of eight H100 or H200 on InfiniBand NDR",
  source: "its tiers: nvlink4 and infiniband-ndr",
  gpus: ["h100-sxm", "h200-sxm", "h20"],
  values: {
    kind: "two-tier",
    node: "nvlink4",
    fabric: "infiniband-ndr",
    allReduce: "fitted",
    fits: knownFits([...nvlink4Fits, ...infinibandNdrFits], FITS_SHA256["hgx-h100-ndr"]),
  },
  beside: { gpusPerNode: 8 },
};
