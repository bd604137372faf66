import { b200Fits } from "../fits/b200.ts";
import { FITS_SHA256 } from "../fits/fits-sha256.ts";
import { knownFits } from "../fits/known-fits.ts";
import type { Preset } from "../preset.ts";

// int8 is hardly there any more: its matrix units gave way to those of fp4.
export const gb300: Preset = {
  about: "NVIDIA GB300, one of its GPUs, 298 GB (Blackwell Ultra); kernels not measured",
  source:
    "NVIDIA GB300 NVL72 datasheet, a 72nd of the rack, halved where it counts sparsity; efficiencies, launch and kernels as b200; memory 284,208 MiB as nvidia-smi reports it",
  beside: { kernels: "fitted" },
  besideUnless: ["computeEfficiency", "bandwidthEfficiency", "launch", "multiprocessors", "fits"],
  values: {
    compute: {
      fp32: "80 TFLOPS",
      fp16: "2500 TFLOPS",
      bf16: "2500 TFLOPS",
      fp8: "5 PFLOPS",
      nvfp4: "15 PFLOPS",
      mxfp4: "15 PFLOPS",
    },
    computeEfficiency: "50 %",
    bandwidth: "8 TB/s",
    bandwidthEfficiency: "88 %",
    memory: "298.01 GB",
    launch: "9.1 us",
    multiprocessors: 152,
    fits: knownFits(b200Fits, FITS_SHA256["gb300"]),
    cost: "7.5 USD/h",
    power: { idle: "200 W", peak: "1400 W" },
  },
  assumed: ["computeEfficiency", "bandwidthEfficiency", "launch", "cost", "power.idle", "fits"],
};
