import { FITS_SHA256 } from "../fits/fits-sha256.ts";
import { infinibandNdrFits } from "../fits/infiniband-ndr.ts";
import { knownFits } from "../fits/known-fits.ts";
import { nvlink5Fits } from "../fits/nvlink5.ts";
import type { Preset } from "../preset.ts";

export const hgxB200Ndr: Preset = {
  about: "Nodes of eight B200 on InfiniBand NDR",
  source: "its tiers: nvlink5 and infiniband-ndr",
  gpus: ["b200", "b300"],
  values: {
    kind: "two-tier",
    node: "nvlink5",
    fabric: "infiniband-ndr",
    allReduce: "fitted",
    fits: knownFits([...nvlink5Fits, ...infinibandNdrFits], FITS_SHA256["hgx-b200-ndr"]),
  },
  assumed: [{ path: "fits", because: "traffic over nodes as measured between H100, on the same adapters" }],
  beside: { gpusPerNode: 8 },
};
