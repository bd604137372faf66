import type { Preset } from "../preset.ts";

// Fit: docs/presets.md#networks, between those of H100 (226 GB/s, 7.5 us) and H200 (240 GB/s, 6.8 us); held-out collectives are off
// by 46 % (all-reduce, too slow), 26 % (dispatch) and 19 % (combine, both too fast) in the median.
export const nvlink4: Preset = {
  about: "NVLink 4 (H100, H200): 450 GB/s at its peak, as collectives reach it",
  source: "measured all-reduces of 2 to 8 GPUs, dispatches and combines of 8",
  values: { bandwidth: "230 GB/s", latency: "7.2 us" },
};
