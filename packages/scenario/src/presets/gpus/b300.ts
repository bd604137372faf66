import { b200Fits } from "../fits/b200.ts";
import { FITS_SHA256 } from "../fits/fits-sha256.ts";
import { knownFits } from "../fits/known-fits.ts";
import type { Preset } from "../preset.ts";

// int8 is hardly there any more: its matrix units gave way to those of fp4.
export const b300: Preset = {
  about: "NVIDIA B300 SXM, 288.4 GB (Blackwell Ultra); kernels not measured",
  source:
    "NVIDIA HGX B300 datasheet, an eighth of the system, halved where it counts sparsity; efficiencies, launch and kernels as b200; power as makers of air-cooled servers have it; memory 275,040 MiB as nvidia-smi reports it",
  beside: { kernels: "fitted" },
  besideUnless: ["computeEfficiency", "bandwidthEfficiency", "launch", "multiprocessors", "fits"],
  values: {
    compute: {
      fp32: "75 TFLOPS",
      fp16: "2250 TFLOPS",
      bf16: "2250 TFLOPS",
      fp8: "4500 TFLOPS",
      nvfp4: "13.5 PFLOPS",
      mxfp4: "13.5 PFLOPS",
    },
    computeEfficiency: "50 %",
    bandwidth: "8 TB/s",
    bandwidthEfficiency: "88 %",
    memory: "288.4 GB",
    launch: "9.1 us",
    multiprocessors: 148,
    fits: knownFits(b200Fits, FITS_SHA256["b300"]),
    cost: "6.5 USD/h",
    power: { idle: "200 W", peak: "1100 W" },
  },
  assumed: ["computeEfficiency", "bandwidthEfficiency", "launch", "cost", "power.idle", "power.peak", "fits"],
};
