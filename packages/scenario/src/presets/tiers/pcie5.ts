import type { Preset } from "../preset.ts";

// 16 lanes of 32 GT/s at 128/130; four fifths of it after packet headers and flow control.
export const pcie5: Preset = {
  about: "PCIe 5.0 x16: 63 GB/s at its peak; not measured",
  source: "PCI Express 5.0 specification; share of the peak that packets leave, latency assumed",
  values: { bandwidth: "50 GB/s", latency: "10 us" },
  assumed: ["bandwidth", "latency"],
};
