import { FITS_SHA256 } from "../fits/fits-sha256.ts";
import { knownFits } from "../fits/known-fits.ts";
import { nvlink5Fits } from "../fits/nvlink5.ts";
import type { Preset } from "../preset.ts";

export const nvl72Xdr: Preset = {
  about: "Racks of GB200 or GB300 NVL72 on ConnectX-8",
  source: "its tiers: nvlink5 and infiniband-xdr",
  gpus: ["gb200", "gb300"],
  values: {
    kind: "two-tier",
    node: "nvlink5",
    fabric: "infiniband-xdr",
    allReduce: "fitted",
    fits: knownFits(nvlink5Fits, FITS_SHA256["nvl72-xdr"]),
  },
  assumed: [{ path: "fits", because: "in the rack as measured on nodes of eight B200; between racks by the tier alone" }],
  beside: { gpusPerNode: 72 },
};
