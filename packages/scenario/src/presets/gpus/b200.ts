import type { Preset } from "../preset.ts";

// Fit: docs/presets.md#gpus; held-out kernels are off by 56 % (gemm), 17 % (experts), 34 % (prefill attention) and 11 % (decode
// attention) in the median.
export const b200: Preset = {
  about: "NVIDIA B200 SXM, 180 GB (Blackwell)",
  source:
    "NVIDIA HGX B200 and DGX B200 datasheets, an eighth of the system, halved where they count sparsity; efficiencies and launch fitted to measured kernels",
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
    computeEfficiency: "47 %",
    bandwidth: "8 TB/s",
    bandwidthEfficiency: "80 %",
    memory: "180 GB",
    launch: "9.7 us",
    cost: "5.5 USD/h",
  },
  assumed: ["cost"],
};
