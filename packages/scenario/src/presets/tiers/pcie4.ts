import type { Preset } from "../preset.ts";

// 16 lanes of 16 GT/s at 128/130; four fifths of it after packet headers and flow control.
export const pcie4: Preset = {
  about: "PCIe 4.0 x16: 31.5 GB/s at its peak; not measured",
  source: "PCI Express 4.0 specification; share of the peak that packets leave, latency assumed",
  values: { bandwidth: "25 GB/s", latency: "10 us" },
  assumed: ["bandwidth", "latency"],
};
