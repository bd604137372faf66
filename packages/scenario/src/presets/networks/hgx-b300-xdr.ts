import { FITS_SHA256 } from "../fits/fits-sha256.ts";
import { knownFits } from "../fits/known-fits.ts";
import { nvlink5Fits } from "../fits/nvlink5.ts";
import type { Preset } from "../preset.ts";

export const hgxB300Xdr: Preset = {
  about: "Nodes of eight B300 on ConnectX-8",
  source: "its tiers: nvlink5 and infiniband-xdr",
  gpus: ["b300"],
  values: {
    kind: "two-tier",
    node: "nvlink5",
    fabric: "infiniband-xdr",
    allReduce: "fitted",
    fits: knownFits(nvlink5Fits, FITS_SHA256["hgx-b300-xdr"]),
  },
  assumed: [{ path: "fits", because: "in the node as measured between B200; over nodes by the tier alone" }],
  beside: { gpusPerNode: 8 },
};
