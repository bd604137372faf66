import type { Preset } from "../preset.ts";

export const planCard: Preset = {
  about: "The card of the 512-GPU deployment plan: 400 TFLOPS at 60 %, 1.8 TB/s at 80 %, 64 GB",
  source: "the deployment plan",
  values: {
    compute: "400 TFLOPS",
    computeEfficiency: "60 %",
    bandwidth: "1.8 TB/s",
    bandwidthEfficiency: "80 %",
    memory: "64 GB",
  },
};
