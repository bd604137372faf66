import { FITS_SHA256 } from "../fits/fits-sha256.ts";
import { h100Fits } from "../fits/h100-sxm.ts";
import { knownFits } from "../fits/known-fits.ts";
import type { Preset } from "../preset.ts";

export const h800: Preset = {
  about: "NVIDIA H800 SXM, 80 GB (Hopper), an H100 with 400 GB/s of NVLink; kernels not measured",
  source:
    "NVIDIA H800 datasheet: as H100 but for fp64 and NVLink; efficiencies, launch and kernels as h100-sxm; memory as nvidia-smi reports it",
  beside: { kernels: "fitted" },
  besideUnless: ["computeEfficiency", "bandwidthEfficiency", "launch", "multiprocessors", "fits"],
  values: {
    compute: {
      fp32: "67 TFLOPS",
      fp16: "989.5 TFLOPS",
      bf16: "989.5 TFLOPS",
      fp8: "1979 TFLOPS",
      int8: "1979 TFLOPS",
    },
    computeEfficiency: "52 %",
    bandwidth: "3.35 TB/s",
    bandwidthEfficiency: "87 %",
    memory: "85.5 GB",
    launch: "12.2 us",
    multiprocessors: 132,
    fits: knownFits(h100Fits, FITS_SHA256["h800"]),
    cost: "3 USD/h",
    power: { idle: "120 W", peak: "700 W" },
  },
  assumed: ["computeEfficiency", "bandwidthEfficiency", "launch", "cost", "power.idle", "fits"],
};
