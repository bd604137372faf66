import type { Preset } from "../preset.ts";

export const nvlinkH800: Preset = {
  about: "NVLink of an H800: 200 GB/s at its peak, as exchanges reach it",
  source: "DeepEP: 153 to 158 GB/s in dispatches and combines of eight; latency as nvlink4",
  values: { bandwidth: "155 GB/s", latency: "7.2 us" },
  assumed: ["latency"],
};
