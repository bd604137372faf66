import type { Preset } from "../preset.ts";

// Fit: docs/presets.md#networks; held-out collectives are off by 31 % (all-reduce) and 18 % (all-to-all) in the median.
export const nvlink3: Preset = {
  about: "NVLink 3 (A100): 300 GB/s at its peak, as collectives reach it",
  source: "measured all-reduces and all-to-alls of 2 to 8 GPUs",
  values: { bandwidth: "161 GB/s", latency: "10.2 us" },
};
