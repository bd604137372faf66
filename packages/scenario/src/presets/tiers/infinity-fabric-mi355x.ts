import type { Preset } from "../preset.ts";

export const infinityFabricMi355x: Preset = {
  about: "Infinity Fabric (MI355X), seven links of 76.8 GB/s at their peak; not measured",
  source: "docs/gpu-specs.md of InferenceX-app; share of the peak and latency as nvlink4",
  values: { bandwidth: "276 GB/s", latency: "7.2 us" },
  assumed: ["bandwidth", "latency"],
};
