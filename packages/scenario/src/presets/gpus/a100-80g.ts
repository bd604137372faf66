import type { Preset } from "../preset.ts";

// fp32 is that of the CUDA cores. Fit: docs/presets.md#gpus; held-out kernels are off by 20 % (gemm), 17 % (experts),
// 20 % (prefill attention) and 24 % (decode attention) in the median.
export const a100: Preset = {
  about: "NVIDIA A100 SXM, 80 GB (Ampere)",
  source: "NVIDIA A100 Tensor Core GPU datasheet, without sparsity; efficiencies and launch fitted to measured kernels",
  values: {
    compute: { fp32: "19.5 TFLOPS", fp16: "312 TFLOPS", bf16: "312 TFLOPS", int8: "624 TFLOPS", int4: "1248 TFLOPS" },
    computeEfficiency: "69 %",
    bandwidth: "2039 GB/s",
    bandwidthEfficiency: "75 %",
    memory: "80 GB",
    launch: "16.9 us",
    cost: "1.8 USD/h",
  },
  assumed: ["cost"],
};
