// Made of measured kernels by bench/accuracy/accuracy.ts: docs/accuracy.md. AIConfigurator: vLLM 0.24, SGLang 0.5, TensorRT-LLM 1.3. In seconds and bytes.
export const h100 = `
convolution-prompt gated-delta vllm 0.0208 1.98e-6 2.05e-7 4.83e-10 4.06e-7 0.665 1.05 1.9e7
convolution-decode gated-delta vllm 0.021 1.87e-6 7.87e-10 5.36e-10 0.136 0.97 10 1.39e7
scan-prompt gated-delta vllm 0.0413 1.24e-6 0 2.95e-6 7.94e-6 0 0.0218 0.97 whole
scan-decode gated-delta vllm 0.0109 4.17e-6 0.89 1.7 5.6e7
convolution-prompt gated-delta sglang 0.021 1.91e-6 2.01e-7 6.19e-10 3.67e-7 0.694 1.07 1.92e7
convolution-decode gated-delta sglang 0.0116 1.62e-6 4.16e-10 7.39e-10 0.427 0.97 10 2.06e7
scan-prompt gated-delta sglang 0.058 1.67e-5 2.17e-7 1.25e-6 4.22e-6 3.08e-7 9.07e-7 0.355 whole
scan-decode gated-delta sglang 0.00819 4.06e-6 0.899 1.75 5.89e7
convolution-prompt kda sglang 0.0213 6.75e-6 6.64e-7 5.63e-10 4.02e-8 0.699 1.55 2.95e7
convolution-decode kda sglang 0.0491 3.42e-6 2.19e-7 0 5.21e-4 0.486 0.704 4.75e6
scan-prompt kda sglang 0.0204 1.85e-5 2.14e-7 9.56e-7 8.02e-6 5.84e-7 1.01e-8 0.273 whole
scan-decode kda sglang 0.0193 7.26e-6 0.842 9.65 8.28e6
convolution-decode kda vllm 0.0712 3.46e-6 8.9e-8 4.38e-10 0.341 0.97 10 3.61e7
scan-prompt kda vllm 0.0452 1.21e-5 5.14e-8 4.26e-6 7.19e-6 0 0.283 0.97 shared
scan-decode kda vllm 0.0228 4.08e-6 0.859 1.06 6.69e7
convolution-prompt mamba-2 trtllm 0.047 4.06e-6 0 1.16e-7 0.0126 0.748 0.743 2.53e8
convolution-decode mamba-2 trtllm 0.0543 3.27e-6 9.01e-7 5.15e-10 0.294 0.53 10 2.59e7
sparse-prompt tokens vllm bf16 bf16 - 0.0419 0.00129 6.66e-5 2.39e-7 1.75e-12 1 1.65 0.426 dealt 8.73e-5 0.468 0.97 2.74e-5 1.69e-10
sparse-prompt tokens vllm fp8 bf16 31 0.0125 0.00133 1.43e-4 8.69e-7 1.92e-11 0.999 1.68 0.97 chained 1.27e-4 1.54 0.0725 2.21e-6 8.12e-10
sparse-prompt tokens vllm bf16 fp8 - 0.041 0.00159 6.99e-10 2.14e-7 1.31e-12 1 1.38 0.387 chained 5.63e-10 0.943 0.97 2.29e-5 9.71e-10
sparse-prompt tokens vllm fp8 fp8 31 0.00994 0.00162 2e-4 8.12e-7 1.32e-11 1 0.959 0.97 dealt 1.16e-4 1.66 0.0693 6.9e-7 1.1e-9
sparse-prompt tokens vllm fp8 bf16 - 0.0446 0.00134 6.43e-5 2.21e-7 7.95e-12 1 1.09 0.42 chained 9.2e-5 0.98 0.0574 1.79e-5 6.39e-10
sparse-prompt tokens vllm fp8 fp8 - 0.0372 0.00162 5.87e-5 2.57e-7 5.33e-7 1 0.986 0.348 chained 1.21e-7 1.13 0.97 8.83e-6 1.17e-9
sparse-prompt tokens sglang fp8 fp8 - 0.0673 0.00154 5.21e-11 6.36e-7 3.27e-6 1.03e-7 2.21 0.97 dealt 2.4e-10 4 0.101 5.96e-6 1.85e-9
sparse-prompt tokens sglang fp8 bf16 - 0.0604 0.00116 2.24e-10 7.1e-7 0 0.09 4 0.97 dealt 5.81e-7 4 0.0328 9.32e-12 1.91e-9
sparse-prompt tokens sglang bf16 fp8 - 0.0914 0.00143 5.5e-11 3.5e-7 0 1.19e-6 4 0.97 dealt 2.41e-10 0.806 0.0588 1.76e-5 0
sparse-prompt tokens sglang bf16 bf16 - 0.051 0.00106 5.02e-10 4.02e-7 0 3.03e-6 2.59 0.97 dealt 1.85e-10 4 0.0379 5.4e-12 1.84e-9
sparse-prompt entries vllm fp8 fp8 - 0.074 5.72e-7 2.89e-5 8.62e-8 0 0.462 0.577 0.757 dealt 6.51e-6 2.38 0.97 3.19e-5 0
sparse-prompt history vllm fp8 fp8 - 0.041 4.03e-5 2.97e-5 9.59e-8 0 0.257 0.537 0.65 chained 8e-6 0.147 0.6 3.69e-5 6.77e-11
sparse-prompt entries sglang fp8 bf16 - 0.0478 2.23e-6 3.48e-5 1.29e-7 0 1 0.533 0.97 dealt 1.54e-5 0.802 0.97 1.69e-5 5.29e-10
sparse-prompt entries sglang fp8 fp8 - 0.0602 2.63e-5 2.1e-5 9.97e-8 0 0.423 0.585 0.97 dealt 2.64e-5 0.741 0.97 1.7e-5 4.58e-10
sparse-prompt history sglang fp8 bf16 - 0.0394 1.4e-7 3.15e-5 9.88e-8 0 0.69 0.425 0.97 chained 8e-6 0.0541 0.6 1.36e-5 3.69e-9
sparse-prompt history sglang fp8 fp8 - 0.0778 9.9e-8 3.35e-5 8.91e-8 0 0.0419 0.395 0.97 chained 8e-6 0.4 0.6 5e-6 5e-10
sparse-prompt blocks vllm bf16 bf16 - 0.0677 1.83e-5 2.12e-7 1.52e-8 0 0.456 0.156 0.164 chained 4.02e-8 0.217 0.97 6.06e-6 0
sparse-prompt blocks vllm fp8 bf16 - 0.0791 2.33e-5 3.02e-12 2.59e-8 0 1 0.09 0.15 chained 2.22e-12 0.18 0.97 1.18e-5 0
sparse-prompt blocks vllm bf16 fp8 - 0.0941 2.92e-5 2.86e-6 0 0 1 0.16 0.182 dealt 5.39e-10 0.0785 0.97 2.65e-6 0
sparse-prompt blocks vllm fp8 fp8 - 0.0768 3.12e-5 9.05e-12 0 0 1 0.0922 0.147 chained 9.1e-12 0.225 0.97 1.39e-5 6.38e-11
sparse-prompt blocks sglang bf16 bf16 - 0.0423 6.94e-4 7.31e-5 5.98e-8 5.53e-8 0.0239 0.0929 0.97 chained 1.05e-6 0.448 0.97 3.24e-6 6.6e-11
sparse-prompt blocks sglang fp8 bf16 - 0.0533 7.89e-4 9.47e-5 9.68e-8 0 2.19e-6 0.0393 0.97 chained 9.47e-5 0.444 0.97 2.1e-5 3.32e-11
sparse-decode tokens vllm bf16 bf16 - 0.0335 0 1.09e-4 1.81e-7 2.3e-8 8.22e-4 0.675 0.97 dealt 4.02e-5 1.05 0.879 3.92e-5 1.59e-10
sparse-decode tokens vllm fp8 bf16 - 0.0346 0 6.64e-5 7.65e-7 1.64e-7 9.09e-7 0.623 0.97 dealt 7.02e-5 4 0.807 2.34e-9 8.67e-11
sparse-decode tokens vllm bf16 fp8 - 0.0465 0 9.65e-5 7.01e-8 8.91e-10 0.0022 0.65 0.97 dealt 3.97e-5 4 0.934 4.48e-5 2.49e-10
sparse-decode tokens vllm fp8 fp8 - 0.0449 0 6.12e-5 5.76e-7 2.47e-7 6.33e-8 0.612 0.97 dealt 6.75e-5 4 0.821 9.63e-11 9.05e-11
sparse-decode tokens sglang bf16 fp8 - 0.054 0 2.09e-5 0 0 0.0123 0.271 0.97 dealt 7.55e-6 0.323 0.97 1.44e-5 4.2e-10
sparse-decode tokens sglang bf16 bf16 - 0.0256 0 1.7e-5 1.04e-8 1.09e-10 8.45e-7 0.254 0.8 dealt 1.74e-5 4 0.545 9.1e-6 3.74e-10
sparse-decode tokens sglang fp8 fp8 - 0.0285 0 3.35e-5 4.62e-7 6.36e-8 4.23e-9 0.632 0.97 dealt 1.14e-5 0.514 0.964 5.87e-6 4.1e-10
sparse-decode tokens sglang fp8 bf16 - 0.0234 0 3.13e-5 5.43e-7 4.6e-8 5.55e-6 4 0.97 dealt 1.81e-5 4 0.627 4.38e-6 3.77e-10
sparse-decode entries vllm fp8 fp8 - 0.0335 0 2.3e-5 4.53e-8 4.66e-10 0.959 1.23 0.774 dealt 7.47e-6 0.0953 0.97 8.3e-6 0
sparse-decode history vllm fp8 fp8 - 0.0565 0 2.68e-5 3.89e-8 8.36e-12 1 0.411 0.717 dealt 8e-6 0.147 0.6 3.69e-5 6.77e-11
sparse-decode entries sglang fp8 bf16 - 0.0233 0 3.11e-5 8.14e-8 2.22e-11 1.39e-6 0.351 0.646 dealt 4.21e-8 4 0.101 8.06e-5 0
sparse-decode entries sglang fp8 fp8 - 0.0464 0 1.71e-5 7.67e-8 1.57e-11 0.0624 0.576 0.97 dealt 1.7e-5 4 0.111 8.1e-5 0
sparse-decode history sglang fp8 bf16 - 0.0282 0 2.89e-5 8.84e-8 5.81e-10 2.83e-7 0.188 0.707 dealt 8e-6 0.4 0.6 5e-6 5e-10
sparse-decode history sglang fp8 fp8 - 0.0657 0 3.72e-5 4.78e-8 5.43e-10 3.28e-9 0.268 0.97 dealt 8e-6 0.147 0.6 3.69e-5 6.77e-11
sparse-decode blocks vllm bf16 bf16 - 0.0647 0 3.34e-6 1.92e-8 7.79e-11 1.19e-4 4 0.855 dealt 5.53e-6 0.0888 0.903 1.31e-6 3.27e-11
sparse-decode blocks vllm fp8 bf16 - 0.0598 0 1.05e-5 1.88e-8 2.07e-10 3.16e-5 4 0.459 dealt 1.43e-8 0.0319 0.97 3.08e-7 6.05e-11
sparse-decode blocks vllm bf16 fp8 - 0.0324 0 1.17e-5 0 0 0.989 0.647 0.97 dealt 2.84e-8 0.0267 0.97 1.01e-11 2.79e-11
sparse-decode blocks vllm fp8 fp8 - 0.0366 0 1.35e-5 0 0 0.237 0.097 0.664 dealt 1.01e-8 0.0262 0.97 2.81e-12 2.48e-11
sparse-decode blocks sglang bf16 bf16 - 0.0558 0 2.16e-5 6.24e-8 2.41e-10 0.267 0.104 0.97 dealt 4.29e-8 4 0.931 4.44e-6 1.75e-10
sparse-decode blocks sglang fp8 bf16 - 0.0439 0 2.31e-5 7.82e-8 3.89e-10 1.12e-4 4 0.381 dealt 1.51e-5 0.0511 0.97 5.34e-7 2.68e-10
`;
