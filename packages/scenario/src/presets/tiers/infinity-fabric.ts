import type { Preset } from "../preset.ts";

// 448 GB/s is the sum over the seven peers, so a group of two has a seventh of it.
export const infinityFabric: Preset = {
  about: "Infinity Fabric (MI300X), seven links of 64 GB/s at their peak; not measured",
  source: "AMD Instinct MI300X platform datasheet; share of the peak and latency as nvlink4",
  values: { bandwidth: "230 GB/s", latency: "7.2 us" },
  assumed: ["bandwidth", "latency"],
};
