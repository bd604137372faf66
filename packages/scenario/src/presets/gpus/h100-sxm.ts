import { FITS_SHA256 } from "../fits/fits-sha256.ts";
import { h100Fits } from "../fits/h100-sxm.ts";
import { knownFits } from "../fits/known-fits.ts";
import type { Preset } from "../preset.ts";

// fp32 is that of the CUDA cores. docs/presets.md#gpus says how it was fitted; held-out kernels are off by 60 % (gemm), 17 % (experts), 24 % (prefill attention)
// and 11 % (decode attention) in the median.
export const h100: Preset = {
  about: "NVIDIA H100 SXM, 80 GB (Hopper)",
  source:
    "NVIDIA H100 Tensor Core GPU datasheet, halved where it counts sparsity; efficiencies and launch fitted to measured kernels; memory as nvidia-smi reports it",
  beside: { kernels: "fitted" },
  besideUnless: ["computeEfficiency", "bandwidthEfficiency", "launch", "multiprocessors", "fits"],
  values: {
    compute: { fp32: "67 TFLOPS", fp16: "989.5 TFLOPS", bf16: "989.5 TFLOPS", fp8: "1979 TFLOPS", int8: "1979 TFLOPS" },
    computeEfficiency: "52 %",
    bandwidth: "3.35 TB/s",
    bandwidthEfficiency: "87 %",
    memory: "85.5 GB",
    launch: "12.2 us",
    multiprocessors: 132,
    fits: knownFits(h100Fits, FITS_SHA256["h100-sxm"]),
    cost: "3 USD/h",
    power: { idle: "120 W", peak: "700 W" },
  },
  assumed: ["cost", "power.idle"],
};
