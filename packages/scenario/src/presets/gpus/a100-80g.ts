import type { Preset } from "../preset.ts";

// Peaks and sizes: NVIDIA A100 Tensor Core GPU datasheet, SXM 80 GB, without sparsity. fp32 is that of the CUDA cores.
export const a100: Preset = {
  about: "NVIDIA A100 SXM, 80 GB (Ampere)",
  values: {
    compute: { fp32: "19.5 TFLOPS", fp16: "312 TFLOPS", bf16: "312 TFLOPS", int8: "624 TFLOPS", int4: "1248 TFLOPS" },
    bandwidth: "2039 GB/s",
    memory: "80 GB",
    cost: "1.8 USD/h",
  },
};
