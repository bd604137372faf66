import type { Preset } from "../preset.ts";

// Peaks and sizes: NVIDIA H100 Tensor Core GPU datasheet, SXM5, halved where it counts sparsity. fp32 is that of the CUDA cores.
export const h100: Preset = {
  about: "NVIDIA H100 SXM, 80 GB (Hopper)",
  values: {
    compute: { fp32: "67 TFLOPS", fp16: "989.5 TFLOPS", bf16: "989.5 TFLOPS", fp8: "1979 TFLOPS", int8: "1979 TFLOPS" },
    bandwidth: "3.35 TB/s",
    memory: "80 GB",
    cost: "3 USD/h",
  },
};
