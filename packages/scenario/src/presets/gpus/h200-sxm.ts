import { FITS_SHA256 } from "../fits/fits-sha256.ts";
import { h100Fits } from "../fits/h100-sxm.ts";
import { h200Fits } from "../fits/h200-sxm.ts";
import { knownFits } from "../fits/known-fits.ts";
import type { Preset } from "../preset.ts";

// fp32 is that of the CUDA cores. docs/presets.md#gpus says how it was fitted; held-out kernels are off by 47 % (gemm), 23 % (experts, fp8), 23 % (prefill attention)
// and 9 % (decode attention) in the median.
export const h200: Preset = {
  about: "NVIDIA H200 SXM, 141 GB (Hopper)",
  source:
    "NVIDIA H200 Tensor Core GPU datasheet, halved where it counts sparsity; efficiencies and launch fitted to measured kernels; memory as nvidia-smi reports it",
  beside: { kernels: "fitted" },
  besideUnless: ["computeEfficiency", "bandwidthEfficiency", "launch", "multiprocessors", "fits"],
  values: {
    compute: { fp32: "67 TFLOPS", fp16: "989.5 TFLOPS", bf16: "989.5 TFLOPS", fp8: "1979 TFLOPS", int8: "1979 TFLOPS" },
    computeEfficiency: "60 %",
    bandwidth: "4.8 TB/s",
    bandwidthEfficiency: "79 %",
    memory: "150.7 GB",
    launch: "12.3 us",
    multiprocessors: 132,
    fits: knownFits([...h200Fits, ...h100Fits], FITS_SHA256["h200-sxm"]),
    cost: "3.6 USD/h",
    power: { idle: "120 W", peak: "700 W" },
  },
  assumed: ["cost", "power.idle"],
};
