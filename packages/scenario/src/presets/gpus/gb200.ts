import { b200Fits } from "../fits/b200.ts";
import { FITS_SHA256 } from "../fits/fits-sha256.ts";
import { knownFits } from "../fits/known-fits.ts";
import type { Preset } from "../preset.ts";

// The same chip as a B200 with more power: efficiencies and launch are those of the B200, not measured.
export const gb200: Preset = {
  about: "NVIDIA GB200, one of its GPUs, 198.7 GB (Blackwell); efficiencies not measured",
  source:
    "NVIDIA GB200 NVL72 datasheet, a 72nd of the rack, halved where it counts sparsity; efficiencies and launch as b200; memory 189,471 MiB as nvidia-smi reports it",
  beside: { kernels: "fitted" },
  besideUnless: ["computeEfficiency", "bandwidthEfficiency", "launch", "multiprocessors", "fits"],
  values: {
    compute: {
      fp32: "80 TFLOPS",
      fp16: "2500 TFLOPS",
      bf16: "2500 TFLOPS",
      fp8: "5 PFLOPS",
      int8: "5 PFLOPS",
      nvfp4: "10 PFLOPS",
      mxfp4: "10 PFLOPS",
    },
    computeEfficiency: "50 %",
    bandwidth: "8 TB/s",
    bandwidthEfficiency: "88 %",
    memory: "198.67 GB",
    launch: "9.1 us",
    multiprocessors: 152,
    fits: knownFits(b200Fits, FITS_SHA256["gb200"]),
    cost: "6.5 USD/h",
    power: { idle: "190 W", peak: "1200 W" },
  },
  assumed: ["computeEfficiency", "bandwidthEfficiency", "launch", "cost", "power.idle", "fits"],
};
