import type { Preset } from "../preset.ts";

export const rsc1: Preset = {
  about: "Meta's research cluster RSC-1: one failure in 29,538 hours of a GPU",
  source: "arXiv 2410.21680: 6.50 failures in 1,000 node-days of 8 A100",
  values: { mtbfPerGpu: "29538 h" },
};
