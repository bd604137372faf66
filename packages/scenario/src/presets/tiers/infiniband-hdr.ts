import type { Preset } from "../preset.ts";

// A switched fabric without oversubscription.
export const infinibandHdr: Preset = {
  about: "InfiniBand HDR, a 200 Gbit/s adapter for each GPU: 25 GB/s at its peak; not measured",
  source: "NVIDIA ConnectX-6 datasheet; share of the peak and latency as infiniband-ndr",
  values: { bandwidth: "23.5 GB/s", latency: "25 us" },
  assumed: ["bandwidth", "latency"],
};
