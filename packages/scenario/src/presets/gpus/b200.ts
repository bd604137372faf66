import type { Preset } from "../preset.ts";

// Peaks and sizes: NVIDIA HGX B200 and DGX B200 datasheets, an eighth of the system, halved where they count sparsity.
export const b200: Preset = {
  about: "NVIDIA B200 SXM, 180 GB (Blackwell)",
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
    bandwidth: "8 TB/s",
    memory: "180 GB",
    cost: "5.5 USD/h",
  },
};
