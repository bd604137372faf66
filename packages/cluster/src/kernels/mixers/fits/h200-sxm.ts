// Made of measured kernels by bench/accuracy/accuracy.ts: docs/accuracy.md. AIConfigurator: vLLM 0.24, SGLang 0.5, TensorRT-LLM 1.3. In seconds and bytes.
export const h200 = `
convolution-prompt gated-delta vllm 0.0222 1.91e-6 2.08e-7 5.23e-10 3.29e-7 0.505 0.688 1.82e7
convolution-decode gated-delta vllm 0.013 1.84e-6 5.29e-10 4.66e-10 3.76e-4 0.482 10 1.08e6
scan-prompt gated-delta vllm 0.0317 1.36e-6 2.85e-10 3.07e-6 7.69e-6 0 0.00817 0.97 whole
scan-decode gated-delta vllm 0.0136 4.15e-6 0.841 1.37 4.96e7
convolution-prompt gated-delta sglang 0.0352 1.85e-6 2.03e-7 6.28e-10 9.28e-4 0.515 0.72 1.94e7
convolution-decode gated-delta sglang 0.0198 1.59e-6 4.41e-10 7.82e-10 0.3 0.97 10 2.95e7
scan-prompt gated-delta sglang 0.0848 1.71e-5 1.77e-7 1.08e-6 3.44e-6 3.35e-7 4.47e-8 0.264 whole
scan-decode gated-delta sglang 0.0312 4.02e-6 0.803 1.3 5.23e7
convolution-prompt kda sglang 0.0183 6.62e-6 7.03e-7 4.67e-10 0.0244 0.551 1.19 2.73e7
convolution-decode kda sglang 0.0713 4.09e-6 1.87e-7 0 4.25e-5 0.354 0.484 1.15e7
scan-prompt kda sglang 0.0287 2.47e-5 1.69e-7 1.43e-6 8.29e-6 4.83e-7 3.31e-9 0.216 whole
scan-decode kda sglang 0.0659 7.71e-6 0.755 5.81 2.79e7
convolution-decode kda vllm 0.0608 3.92e-6 3.47e-12 4.05e-10 0.336 0.605 10 4.64e7
scan-prompt kda vllm 0.0438 1.31e-5 8.55e-8 4.06e-6 6.28e-6 0 0.519 0.97 shared
scan-decode kda vllm 0.0404 4.06e-6 0.816 1.01 5.07e7
convolution-prompt mamba-2 trtllm 0.0586 4e-6 0 1.16e-7 0.155 0.645 0.637 1.81e8
convolution-decode mamba-2 trtllm 0.0875 2.05e-6 1.65e-6 2.59e-10 0.00117 0.393 10 4.54e6
sparse-prompt tokens vllm bf16 bf16 - 0.0518 0.00128 9.58e-11 2.51e-7 1.19e-12 1 1.39 0.553 chained 9.58e-11 0.739 0.97 2.26e-5 9.25e-10
sparse-prompt tokens vllm fp8 bf16 31 0.00743 0.00132 1.67e-4 8.63e-7 1.09e-11 0.999 1.3 0.429 dealt 1.27e-4 0.831 0.0473 3.77e-6 5.24e-10
sparse-prompt tokens vllm bf16 fp8 - 0.0502 0.00159 2.13e-9 2.32e-7 1.76e-12 1 4 0.257 dealt 2.13e-9 0.515 0.97 2.74e-5 0
sparse-prompt tokens vllm fp8 fp8 31 0.0106 0.00159 2.54e-4 8.31e-7 3.08e-7 1 0.693 0.97 dealt 1.57e-5 1.28 0.0489 1.23e-7 1.1e-9
sparse-prompt tokens vllm fp8 bf16 - 0.0394 0.00133 4.77e-5 2.05e-7 1.85e-12 1 0.856 0.97 chained 1.47e-5 1.32 0.0281 1.63e-5 9.47e-10
sparse-prompt tokens vllm fp8 fp8 - 0.0469 0.00161 3.63e-5 2.16e-7 1.9e-6 1 0.781 0.273 dealt 1.17e-5 0.502 0.97 1.54e-11 0
sparse-prompt tokens sglang fp8 fp8 - 0.11 9.65e-4 3.12e-4 5.69e-7 3.31e-6 9.96e-8 1.22 0.479 dealt 4.72e-4 4 0.0204 4.57e-12 0
sparse-prompt tokens sglang fp8 bf16 - 0.109 0.00119 2.34e-10 5.33e-7 0 1.6e-4 1.35 0.428 dealt 8.36e-11 4 0.04 1.97e-12 2.27e-9
sparse-prompt tokens sglang bf16 fp8 - 0.172 8.2e-4 3.13e-4 3.04e-7 1.11e-12 1.07e-7 1.11 0.824 dealt 8.57e-4 4 0.0224 1.28e-11 0
sparse-prompt tokens sglang bf16 bf16 - 0.204 4.85e-6 5.28e-4 1.75e-7 5.49e-10 4.56e-8 1.37 0.768 dealt 2.42e-4 4 0.0593 2.55e-12 3.67e-9
sparse-prompt entries vllm fp8 fp8 - 0.0653 4.38e-8 2.94e-5 7.59e-8 0 0.613 0.578 0.573 dealt 4.12e-6 2.31 0.97 3.26e-5 0
sparse-prompt history vllm fp8 fp8 - 0.0312 5.86e-5 2.35e-5 8.81e-8 1e-6 0.389 0.532 0.559 chained 8e-6 0.147 0.6 3.69e-5 6.77e-11
sparse-prompt entries sglang fp8 bf16 - 0.0519 4.9e-5 2.27e-5 1.45e-7 0 0.414 0.457 0.97 dealt 2.66e-5 0.888 0.97 1.21e-5 5.28e-10
sparse-prompt entries sglang fp8 fp8 - 0.063 2.72e-7 5.2e-5 1.28e-7 0 0.136 0.515 0.97 dealt 4.96e-7 0.902 0.97 1.49e-5 5.24e-10
sparse-prompt history sglang fp8 bf16 - 0.0392 1.41e-5 3.03e-5 9.15e-8 0 6.27e-8 0.226 0.97 chained 8e-6 0.0541 0.6 1.36e-5 3.69e-9
sparse-prompt history sglang fp8 fp8 - 0.0651 9.93e-8 3.59e-5 8.63e-8 0 8.66e-4 0.339 0.97 chained 8e-6 0.4 0.6 5e-6 5e-10
sparse-prompt blocks vllm bf16 bf16 - 0.0656 2.34e-5 0 1.33e-8 0 1 0.159 0.159 chained 0 0.193 0.97 4.73e-7 5.32e-10
sparse-prompt blocks vllm fp8 bf16 - 0.0848 2.55e-5 1.45e-11 3.78e-8 0 1 0.0894 0.116 dealt 1.99e-11 0.048 0.97 4.23e-6 0
sparse-prompt blocks vllm bf16 fp8 - 0.112 3.16e-5 1.22e-12 8.38e-9 0 1 0.142 0.329 dealt 1.2e-12 0.0843 0.97 2.47e-6 0
sparse-prompt blocks vllm fp8 fp8 - 0.144 3.2e-5 0 0 0 1 0.062 0.97 dealt 0 0.0378 0.97 1.57e-12 0
sparse-prompt blocks sglang bf16 bf16 - 0.0471 7.17e-4 1.01e-4 3.99e-8 8.91e-8 0.201 0.0933 0.97 chained 1.62e-6 0.435 0.97 6.54e-6 0
sparse-prompt blocks sglang fp8 bf16 - 0.0614 8.12e-4 2.67e-5 1.02e-7 0 8e-7 0.0421 0.97 chained 1.15e-6 0.405 0.97 2.58e-5 0
sparse-decode tokens vllm bf16 bf16 - 0.0407 0 6.95e-5 1.61e-7 4.53e-8 7.59e-7 0.867 0.97 dealt 7.2e-5 4 0.869 3.57e-5 2.85e-10
sparse-decode tokens vllm fp8 bf16 - 0.0353 0 6.13e-5 8.1e-7 1.55e-7 4.24e-8 0.9 0.97 dealt 6.51e-5 1.24 0.818 2.18e-6 1.47e-10
sparse-decode tokens vllm bf16 fp8 - 0.0471 0 9.97e-5 6.4e-8 2.62e-8 1.68e-6 0.645 0.97 dealt 3.05e-5 4 0.97 3.63e-5 4.16e-10
sparse-decode tokens vllm fp8 fp8 - 0.038 0 8.77e-5 7.19e-7 1.5e-7 1.3e-6 0.706 0.97 dealt 3.46e-5 1.17 0.833 3.32e-11 1.45e-10
sparse-decode tokens sglang bf16 fp8 - 0.0339 0 1.85e-5 0 0 3.28e-8 0.377 0.803 dealt 1.25e-5 0.287 0.97 1.32e-5 3.9e-10
sparse-decode tokens sglang bf16 bf16 - 0.0352 0 1.8e-5 2.53e-8 1.25e-10 1.04e-5 4 0.653 dealt 1.48e-5 4 0.276 8.13e-6 3.48e-10
sparse-decode tokens sglang fp8 fp8 - 0.0226 0 3.21e-5 4.83e-7 9.32e-8 1.81e-8 0.827 0.97 dealt 1.06e-5 0.25 0.533 7.83e-6 3.53e-10
sparse-decode tokens sglang fp8 bf16 - 0.0346 0 3.19e-5 4.92e-7 1.04e-7 1.93e-6 4 0.97 dealt 1.3e-5 4 0.154 4.94e-11 2.92e-10
sparse-decode entries vllm fp8 fp8 - 0.0332 0 2.55e-5 1.49e-8 1e-11 1 0.516 0.97 dealt 5.1e-6 4 0.148 6.38e-6 2.77e-10
sparse-decode history vllm fp8 fp8 - 0.061 0 2.77e-5 4.56e-8 1.14e-10 0.845 4 0.504 dealt 8e-6 0.4 0.6 5e-6 5e-10
sparse-decode entries sglang fp8 bf16 - 0.0418 0 2.56e-5 1.15e-7 7.97e-12 0.122 0.387 0.509 dealt 4.21e-6 4 0.97 7.9e-5 0
sparse-decode entries sglang fp8 fp8 - 0.045 0 2.78e-5 8.39e-8 4.9e-10 1 0.691 0.97 dealt 4.39e-6 4 0.0669 8.02e-5 0
sparse-decode history sglang fp8 bf16 - 0.0355 0 2.72e-5 8.32e-8 7.14e-10 0.034 0.233 0.616 dealt 8e-6 0.0541 0.6 1.36e-5 3.69e-9
sparse-decode history sglang fp8 fp8 - 0.0558 0 3.54e-5 7.78e-8 2.28e-10 7.02e-7 0.292 0.97 dealt 8e-6 0.4 0.6 5e-6 5e-10
sparse-decode blocks vllm bf16 bf16 - 0.0755 0 2.86e-6 1.75e-8 7.25e-11 0.0164 4 0.761 dealt 7.2e-6 0.0594 0.97 1.33e-6 5.97e-11
sparse-decode blocks vllm fp8 bf16 - 0.0587 0 1.13e-5 1.99e-8 1.69e-10 0.0743 0.0665 0.509 dealt 1.48e-8 3 0.84 8.26e-12 7.59e-11
sparse-decode blocks vllm bf16 fp8 - 0.0312 0 1.21e-5 0 0 1 4 0.906 dealt 8.32e-10 0.036 0.97 3.64e-11 7.04e-11
sparse-decode blocks vllm fp8 fp8 - 0.0334 0 6.12e-6 0 0 0.00945 0.0649 0.509 dealt 7.43e-6 4 0.805 2.85e-12 0
sparse-decode blocks sglang bf16 bf16 - 0.052 0 2.66e-5 1.92e-8 1.58e-10 0.999 0.427 0.776 dealt 1.75e-8 4 0.925 7.49e-12 2.74e-10
sparse-decode blocks sglang fp8 bf16 - 0.0628 0 2.11e-5 3.99e-8 1.14e-11 0.225 0.208 0.278 dealt 1.99e-5 4 0.946 2.6e-7 3.32e-10
`;
