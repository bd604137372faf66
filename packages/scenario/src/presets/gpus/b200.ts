import { b200Fits } from "../fits/b200.ts";
import { FITS_SHA256 } from "../fits/fits-sha256.ts";
import { knownFits } from "../fits/known-fits.ts";
import type { Preset } from "../preset.ts";

// docs/presets.md#gpus says how it was fitted; held-out kernels are off by 46 % (gemm), 21 % (experts), 38 % (prefill attention)
// and 10 % (decode attention) in the median.
export const b200: Preset = {
  about: "NVIDIA B200 SXM, 180 GB (Blackwell)",
  source:
    "NVIDIA HGX B200 and DGX B200 datasheets, an eighth of the system, halved where they count sparsity; efficiencies and launch fitted to measured kernels; memory as nvidia-smi reports it",
  beside: { kernels: "fitted" },
  besideUnless: ["computeEfficiency", "bandwidthEfficiency", "launch", "multiprocessors", "fits"],
  values: {
    compute: {
      fp32: "75 TFLOPS",
      fp16: "2250 TFLOPS",
      bf16: "2250 TFLOPS",
      fp8: "4500 TFLOPS",
      int8: "4500 TFLOPS",
      nvfp4: "9 PFLOPS",
      mxfp4: "9 PFLOPS",
    },
    computeEfficiency: "50 %",
    bandwidth: "8 TB/s",
    bandwidthEfficiency: "88 %",
    memory: "192.2 GB",
    launch: "9.1 us",
    multiprocessors: 148,
    fits: knownFits(b200Fits, FITS_SHA256["b200"]),
    cost: "5.5 USD/h",
    power: { idle: "190 W", peak: "1000 W" },
  },
  assumed: ["cost", "power.idle"],
};
