import { borrowed } from "../fits/borrowed.ts";
import { infinibandNdrFits } from "../fits/infiniband-ndr.ts";
import { nvlink4Fits } from "../fits/nvlink4.ts";
import type { Preset } from "../preset.ts";

const OF_PEAK = 200 / 450; // of an H100's NVLink
const OF_TIER = OF_PEAK / (155 / 230); // the same, of fits that are shares of their tier

export const hgxH800Ndr: Preset = {
  about: "Nodes of eight H800 on InfiniBand NDR",
  source: "its tiers: nvlink-h800 and infiniband-ndr",
  gpus: ["h800"],
  values: {
    kind: "two-tier",
    node: "nvlink-h800",
    fabric: "infiniband-ndr",
    allReduce: "fitted",
    get fits() {
      return [...borrowed(nvlink4Fits, OF_PEAK, OF_TIER), ...infinibandNdrFits];
    },
  },
  assumed: [{ path: "fits", because: "as measured on H100, with an H800's share of its NVLink" }],
  beside: { gpusPerNode: 8 },
};
