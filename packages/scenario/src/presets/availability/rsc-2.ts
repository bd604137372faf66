import type { Preset } from "../preset.ts";

export const rsc2: Preset = {
  about: "Meta's research cluster RSC-2: one failure in 82,051 hours of a GPU",
  source: "arXiv 2410.21680: 2.34 failures in 1,000 node-days of 8 A100",
  values: { mtbfPerGpu: "82051 h" },
};
