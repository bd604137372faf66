import type { Preset } from "../preset.ts";

// Ethernet headers take more than InfiniBand's, and congestion is assumed to be held off.
export const roce400: Preset = {
  about: "RoCE v2, a 400 Gbit/s adapter for each GPU: 50 GB/s at its peak; not measured",
  source: "NVIDIA ConnectX-7 datasheet; share of the peak and latency assumed",
  values: { bandwidth: "45 GB/s", latency: "28 us" },
  assumed: ["bandwidth", "latency"],
};
