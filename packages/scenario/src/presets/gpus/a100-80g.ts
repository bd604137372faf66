import { a100Fits } from "../fits/a100-80g.ts";
import { FITS_SHA256 } from "../fits/fits-sha256.ts";
import { knownFits } from "../fits/known-fits.ts";
import type { Preset } from "../preset.ts";

// fp32 is that of the CUDA cores. docs/presets.md#gpus says how it was fitted; held-out kernels are off by 25 % (gemm), 10 % (experts), 14 % (prefill attention)
// and 32 % (decode attention) in the median.
export const a100: Preset = {
  about: "NVIDIA A100 SXM, 80 GB (Ampere)",
  source:
    "NVIDIA A100 Tensor Core GPU datasheet, without sparsity; efficiencies and launch fitted to measured kernels; memory as nvidia-smi reports it",
  beside: { kernels: "fitted" },
  besideUnless: ["computeEfficiency", "bandwidthEfficiency", "launch", "multiprocessors", "fits"],
  values: {
    compute: { fp32: "19.5 TFLOPS", fp16: "312 TFLOPS", bf16: "312 TFLOPS", int8: "624 TFLOPS", int4: "1248 TFLOPS" },
    computeEfficiency: "62 %",
    bandwidth: "2039 GB/s",
    bandwidthEfficiency: "79 %",
    memory: "85.9 GB",
    launch: "14.2 us",
    multiprocessors: 108,
    fits: knownFits(a100Fits, FITS_SHA256["a100-80g"]),
    cost: "1.8 USD/h",
    power: { idle: "85 W", peak: "400 W" },
  },
  assumed: ["cost", "power.idle"],
};
