import { FITS_SHA256 } from "../fits/fits-sha256.ts";
import { h100Fits } from "../fits/h100-sxm.ts";
import { knownFits } from "../fits/known-fits.ts";
import type { Preset } from "../preset.ts";

export const gh200: Preset = {
  about: "NVIDIA GH200, one H100 with 96 GB beside a Grace CPU (Hopper); kernels not measured",
  source:
    "NVIDIA GH200 Grace Hopper Superchip datasheet, without sparsity, as doublewordai/inference-lab 24d4011 (gh200.toml) has it; efficiencies, launch and kernels as h100-sxm",
  beside: { kernels: "fitted" },
  besideUnless: ["computeEfficiency", "bandwidthEfficiency", "launch", "multiprocessors", "fits"],
  values: {
    compute: { fp32: "67 TFLOPS", fp16: "989 TFLOPS", bf16: "989 TFLOPS", fp8: "1979 TFLOPS", int8: "1979 TFLOPS" },
    computeEfficiency: "52 %",
    bandwidth: "4 TB/s",
    bandwidthEfficiency: "87 %",
    memory: "96 GB",
    launch: "12.2 us",
    multiprocessors: 132,
    fits: knownFits(h100Fits, FITS_SHA256["gh200"]),
    cost: "2.5 USD/h",
    power: { idle: "120 W", peak: "700 W" },
  },
  assumed: ["computeEfficiency", "bandwidthEfficiency", "launch", "cost", "power.idle", "power.peak", "fits"],
};
