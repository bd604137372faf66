import { FITS_SHA256 } from "../fits/fits-sha256.ts";
import { infinibandNdrFits } from "../fits/infiniband-ndr.ts";
import { knownFits } from "../fits/known-fits.ts";
import { nvlink5Fits } from "../fits/nvlink5.ts";
import type { Preset } from "../preset.ts";

export const nvl72: Preset = {
  about: "Racks of GB200 NVL72 on InfiniBand NDR",
  source: "its tiers: nvlink5 and infiniband-ndr",
  gpus: ["gb200", "gb300"],
  values: {
    kind: "two-tier",
    node: "nvlink5",
    fabric: "infiniband-ndr",
    allReduce: "fitted",
    fits: knownFits([...nvlink5Fits, ...infinibandNdrFits], FITS_SHA256["nvl72"]),
  },
  assumed: [
    { path: "fits", because: "in the rack as measured on nodes of eight B200, between racks as between H100 on the same adapters" },
  ],
  beside: { gpusPerNode: 72 },
};
