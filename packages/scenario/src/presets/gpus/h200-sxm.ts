import type { Preset } from "../preset.ts";

// Peaks and sizes: NVIDIA H200 Tensor Core GPU datasheet, SXM, halved where it counts sparsity. fp32 is that of the CUDA cores.
export const h200: Preset = {
  about: "NVIDIA H200 SXM, 141 GB (Hopper)",
  values: {
    compute: { fp32: "67 TFLOPS", fp16: "989.5 TFLOPS", bf16: "989.5 TFLOPS", fp8: "1979 TFLOPS", int8: "1979 TFLOPS" },
    bandwidth: "4.8 TB/s",
    memory: "141 GB",
    cost: "3.6 USD/h",
  },
};
