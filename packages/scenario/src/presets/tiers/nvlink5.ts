import type { Preset } from "../preset.ts";

// Fit: docs/presets.md#networks; held-out collectives are off by 104 % (all-reduce, too slow), 19 % (dispatch) and 6 % (combine) in
// the median.
export const nvlink5: Preset = {
  about: "NVLink 5 (B200, GB200): 900 GB/s at its peak, as collectives reach it",
  source: "measured all-reduces of 2 to 8 GPUs, dispatches and combines of 8",
  values: { bandwidth: "570 GB/s", latency: "16.7 us" },
};
