import { h100Fits } from "../fits/h100-sxm.ts";
import { nearerPeak, swapped } from "../fits/nearer-peak.ts";
import type { Preset } from "../preset.ts";

/** DeepGEMM's grouped products with 1,024 rows and more for each expert reach 84 % of an H20's peak in fp8, and 62 % of an H800's (medians; InferSim's measurements). */
const NEARER = 1.35;

/** Beside a seventh of an H100's FLOPS, 64 padded rows would show: one sequence of a model of 27e9 parameters in bf16 takes 17.1 ms a token on an H20, and these rows alone would take 25. */
const SWAPPED_ROWS = 16;

export const h20: Preset = {
  about: "NVIDIA H20, 96 GB (Hopper); kernels not measured, but for products of experts",
  source: "NVIDIA H20 datasheet, without sparsity; efficiencies, launch and kernels as h100-sxm; memory as nvidia-smi reports it",
  beside: { kernels: "fitted" },
  besideUnless: ["computeEfficiency", "bandwidthEfficiency", "launch", "multiprocessors", "fits"],
  values: {
    compute: {
      fp32: "44 TFLOPS",
      fp16: "148 TFLOPS",
      bf16: "148 TFLOPS",
      fp8: "296 TFLOPS",
      int8: "296 TFLOPS",
    },
    computeEfficiency: "52 %",
    bandwidth: "4 TB/s",
    bandwidthEfficiency: "87 %",
    memory: "102.6 GB",
    launch: "12.2 us",
    multiprocessors: 78,
    get fits() {
      return swapped(nearerPeak(h100Fits, NEARER), SWAPPED_ROWS);
    },
    cost: "2 USD/h",
    power: { idle: "110 W", peak: "400 W" },
  },
  assumed: ["computeEfficiency", "bandwidthEfficiency", "launch", "cost", "power.idle", "fits"],
};
