// Made of measured kernels by bench/accuracy/accuracy.ts: docs/accuracy.md. AIConfigurator: vLLM 0.24, SGLang 0.5, TensorRT-LLM 1.3. In seconds and bytes.
export const b200 = `
convolution-prompt gated-delta vllm 0.0246 2.14e-6 1.98e-7 5.41e-10 3.93e-4 0.342 0.413 4.06e7
convolution-decode gated-delta vllm 0.0256 1.91e-6 8.54e-10 5.71e-10 0.00356 0.97 10 1.25e8
scan-prompt gated-delta vllm 0.0232 2.49e-6 3.78e-9 2.39e-6 1.61e-5 9.13e-12 0.0215 0.97 whole
scan-decode gated-delta vllm 0.0107 4.24e-6 0.801 1.42 4.05e7
convolution-prompt gated-delta sglang 0.0252 1.96e-6 1.98e-7 6.61e-10 6.86e-7 0.364 0.438 4.08e7
convolution-decode gated-delta sglang 0.0264 1.99e-6 1.04e-9 7.6e-10 0.0252 0.97 10 2.25e7
scan-prompt gated-delta sglang 0.0472 2.04e-5 2.27e-7 1.63e-6 1.81e-12 2.16e-7 2.16e-7 0.198 shared
scan-decode gated-delta sglang 0.00885 4.19e-6 0.801 1.37 4.01e7
convolution-prompt kda sglang 0.0186 7.52e-6 6.46e-7 6.04e-10 5.91e-7 0.375 0.522 5.44e7
scan-prompt kda sglang 0.0259 2.5e-5 2.27e-7 2.2e-6 2.18e-6 4.03e-7 0.00344 0.165 whole
convolution-decode kda vllm 0.0917 4.12e-6 0 5.58e-10 8.65e-7 0.97 10 1.32e9
scan-prompt kda vllm 0.0501 1.23e-5 4.61e-8 3.78e-6 4.36e-6 0 0.443 0.705 shared
scan-decode kda vllm 0.0574 4.82e-6 0.735 10 3.15e6
convolution-prompt mamba-2 trtllm 0.0564 5.2e-6 0 1.15e-7 0.194 0.441 10 6.89e6
convolution-decode mamba-2 trtllm 0.0515 3.08e-6 7.42e-7 5.53e-10 0.0491 0.307 10 4e7
scan-prompt mamba-2 trtllm 0.0367 1.45e-5 0 1.08e-5 5.32e-6 0 7.78e-7 0.97 whole
sparse-prompt tokens vllm bf16 bf16 - 0.0501 0.00121 9.66e-5 1.69e-7 2.54e-12 1 4 0.518 chained 3.78e-5 1.37 0.0135 2.21e-5 1.12e-9
sparse-prompt tokens vllm fp8 bf16 - 0.0458 0.00143 4.28e-5 1.23e-7 1.25e-12 1 4 0.507 chained 5.6e-5 0.277 0.0139 1.07e-5 0
sparse-prompt tokens vllm bf16 fp8 - 0.0631 0.0015 1.82e-4 2.82e-7 1.07e-10 1 2.01 0.583 dealt 1.18e-4 0.337 0.97 1.84e-5 0
sparse-prompt tokens vllm fp8 fp8 - 0.133 0.00168 6.04e-4 1.48e-7 2.74e-12 0.171 4 0.436 dealt 7.45e-6 0.35 0.0399 1.6e-5 0
sparse-prompt tokens vllm bf16 nvfp4 - 0.0367 0.00212 1.73e-9 2.3e-7 1.4e-12 1 4 0.324 chained 1.73e-9 1.45 0.0198 2.06e-5 1.27e-9
sparse-prompt tokens vllm fp8 nvfp4 - 0.0426 0.00231 2.35e-5 1.37e-7 1.5e-12 0.329 4 0.244 chained 1.11e-5 1.77 0.0172 2.16e-5 0
sparse-prompt tokens sglang bf16 fp8 - 0.0549 0.00138 6.35e-11 3.98e-7 0 2.61e-7 1.1 0.97 dealt 3.7e-10 4 0.0373 6.62e-6 1.22e-9
sparse-prompt tokens sglang bf16 bf16 - 0.0694 1e-3 1.08e-10 3.89e-7 0 5.49e-7 0.645 0.623 dealt 2.46e-9 4 0.0871 1.07e-5 9.56e-10
sparse-prompt tokens sglang fp8 fp8 - 0.0928 5.12e-4 5.69e-10 1.23e-7 3.15e-12 5.67e-8 2.05 0.55 dealt 0.00125 0.869 0.0662 6.88e-12 0
sparse-prompt tokens sglang fp8 bf16 - 0.115 0.00102 4.38e-11 1.2e-7 0 1.7e-8 1.33 0.337 dealt 2.16e-10 0.868 0.97 6.79e-12 2.28e-9
sparse-prompt entries vllm fp8 fp8 - 0.0753 9.23e-8 1.23e-5 6.73e-8 1.15e-6 0.882 0.666 0.97 dealt 4.13e-5 4 0.97 3.02e-5 7.34e-11
sparse-prompt history vllm fp8 fp8 - 0.0377 7.93e-8 3.84e-5 7.66e-8 1.12e-6 0.00723 0.366 0.97 chained 8e-6 0.147 0.6 3.69e-5 6.77e-11
sparse-prompt entries sglang fp8 bf16 - 0.0476 1.07e-7 5e-5 9.54e-8 0 0.463 0.402 0.97 dealt 1.83e-8 0.531 0.97 8.24e-6 1.45e-10
sparse-prompt entries sglang fp8 fp8 - 0.0564 1.22e-7 7.43e-5 9.08e-8 0 0.379 0.515 0.97 dealt 7e-8 0.598 0.97 1.03e-5 4.22e-10
sparse-prompt history sglang fp8 bf16 - 0.0346 9.63e-8 3.16e-5 6.77e-8 0 0.47 0.324 0.747 chained 8e-6 0.4 0.6 5e-6 5e-10
sparse-prompt history sglang fp8 fp8 - 0.0643 9.95e-8 5.15e-5 7.64e-8 0 3.16e-8 0.338 0.97 chained 8e-6 0.0541 0.6 1.36e-5 3.69e-9
sparse-prompt entries trtllm fp8 fp8 - 0.0989 2.04e-7 3.34e-5 4.01e-8 4.28e-8 1 0.55 0.889 dealt 5.38e-5 4 0.97 1.58e-5 1.42e-9
sparse-prompt history trtllm fp8 fp8 - 0.0886 3.44e-5 4.84e-5 3.71e-8 0 1 4 0.474 chained 8e-6 0.147 0.6 3.69e-5 6.77e-11
sparse-prompt blocks vllm bf16 bf16 - 0.0561 6.71e-8 5.03e-5 0 2e-7 0.00134 0.225 0.0473 chained 9.76e-8 0.678 0.97 2.6e-12 0
sparse-prompt blocks vllm fp8 bf16 - 0.0664 4.45e-8 5.07e-6 0 2.82e-7 0.00461 0.223 0.0448 chained 4.61e-5 1.17 0.97 9.54e-8 0
sparse-prompt blocks vllm bf16 fp8 - 0.0604 7.92e-8 5.74e-5 0 1.82e-7 0.00533 0.216 0.0533 chained 6.41e-7 1.97 0.97 1.66e-12 0
sparse-prompt blocks vllm fp8 fp8 - 0.0518 9.57e-8 5.18e-5 0 1.65e-7 0.00816 0.239 0.0451 chained 7.25e-6 1.22 0.97 0 0
sparse-prompt blocks vllm bf16 nvfp4 - 0.0534 7.41e-8 1.27e-5 0 1.97e-7 0.00278 0.187 0.0384 chained 3.29e-5 4 0.97 3.07e-7 1.79e-11
sparse-prompt blocks vllm fp8 nvfp4 - 0.0596 3.56e-8 4.46e-5 0 2.11e-7 0.00662 0.189 0.038 chained 3.47e-6 4 0.97 6.21e-7 0
sparse-prompt blocks sglang bf16 bf16 - 0.0382 6.65e-4 3.83e-5 5.02e-8 1.71e-8 0.153 0.0469 0.97 chained 3.87e-5 0.261 0.97 3.1e-6 5.97e-11
sparse-prompt blocks sglang fp8 bf16 - 0.0507 7.55e-4 1.39e-4 6.1e-8 0 0.019 0.0208 0.817 chained 3.46e-5 0.247 0.97 2.47e-5 0
sparse-decode tokens vllm bf16 bf16 - 0.0432 0 6.13e-5 2.75e-7 3.38e-9 1 4 0.97 dealt 7.01e-5 0.972 0.689 2.17e-5 0
sparse-decode tokens vllm fp8 bf16 - 0.0572 0 6.5e-5 2.78e-7 6.5e-9 0.222 4 0.97 dealt 7.13e-5 4 0.694 9.42e-6 0
sparse-decode tokens vllm bf16 fp8 - 0.0493 0 7.66e-5 2.7e-7 1.12e-8 1 4 0.895 dealt 7.78e-5 4 0.691 1.48e-5 7.2e-11
sparse-decode tokens vllm fp8 fp8 - 0.0569 0 7.94e-5 2.91e-7 5.19e-9 0.323 4 0.931 dealt 7.78e-5 4 0.686 6.23e-6 1.52e-11
sparse-decode tokens vllm bf16 nvfp4 - 0.0565 0 5.68e-5 2.06e-7 7.34e-8 1 4 0.795 dealt 6.14e-5 2.16 0.73 1.37e-5 1.36e-10
sparse-decode tokens vllm fp8 nvfp4 - 0.0666 0 5.39e-5 2.31e-7 2.37e-9 1.02e-5 4 0.483 dealt 6.78e-5 4 0.716 5.72e-6 1.12e-10
sparse-decode tokens sglang bf16 fp8 - 0.0556 0 2.8e-5 5.49e-8 5.57e-11 1.2e-8 0.153 0.398 dealt 2.58e-5 0.133 0.587 6.79e-6 3.72e-10
sparse-decode tokens sglang fp8 fp8 - 0.0704 0 2.22e-5 3.75e-8 2.53e-10 0.995 0.421 0.865 dealt 2.47e-5 0.119 0.425 5.14e-6 3.84e-10
sparse-decode tokens sglang bf16 bf16 - 0.0503 0 2.28e-5 5.2e-8 5.85e-10 1 0.292 0.705 dealt 1.93e-5 4 0.211 7.96e-6 2.83e-10
sparse-decode tokens sglang fp8 bf16 - 0.0436 0 1.38e-5 3.86e-8 3.83e-10 1 4 0.97 dealt 1.91e-5 4 0.137 4.88e-6 2.83e-10
sparse-decode entries vllm fp8 fp8 - 0.0311 0 3.33e-5 6.35e-8 1.26e-10 0.00577 0.26 0.456 dealt 1.09e-5 0.111 0.97 5.5e-6 2.4e-10
sparse-decode history vllm fp8 fp8 - 0.0433 0 3.48e-5 6.32e-8 1.09e-10 0.195 0.133 0.596 dealt 8e-6 0.4 0.6 5e-6 5e-10
sparse-decode entries sglang fp8 bf16 - 0.0377 0 2.7e-5 8.78e-8 4.94e-9 1 4 0.527 dealt 1.84e-9 0.0809 0.351 6.41e-5 0
sparse-decode entries sglang fp8 fp8 - 0.0495 0 3.6e-5 8.26e-8 1.43e-11 0.519 0.59 0.97 dealt 1.46e-5 4 0.0607 5.99e-5 0
sparse-decode history sglang fp8 bf16 - 0.0395 0 2.85e-5 7.25e-8 1.1e-12 2.8e-8 0.172 0.597 dealt 8e-6 0.147 0.6 3.69e-5 6.77e-11
sparse-decode history sglang fp8 fp8 - 0.0452 0 4.34e-5 8.52e-8 1.01e-9 0.682 0.224 0.97 dealt 8e-6 0.4 0.6 5e-6 5e-10
sparse-decode entries trtllm fp8 fp8 - 0.0454 0 2.74e-5 2.7e-8 2.09e-8 6.12e-8 0.425 0.576 dealt 3.32e-5 0.182 0.457 2.08e-5 6.61e-10
sparse-decode history trtllm fp8 fp8 - 0.0428 0 4.03e-5 1.04e-8 0 1.26e-7 0.141 0.398 dealt 8e-6 0.4 0.6 5e-6 5e-10
sparse-decode blocks vllm bf16 bf16 - 0.065 0 1.48e-5 9.15e-9 7.68e-12 1 0.0919 0.97 dealt 1.43e-8 0.137 0.822 3.81e-12 1.46e-11
sparse-decode blocks vllm fp8 bf16 - 0.0617 0 1.59e-5 1.01e-8 1.73e-10 1 0.137 0.272 dealt 1.63e-8 4 0.857 3.3e-12 1.99e-11
sparse-decode blocks vllm bf16 fp8 - 0.0522 0 2.25e-5 6.99e-9 1.47e-10 1 0.332 0.728 dealt 4.83e-8 0.299 0.861 8.5e-12 2.96e-11
sparse-decode blocks vllm fp8 fp8 - 0.0409 0 2.41e-5 5.72e-9 8.48e-11 1 0.188 0.285 dealt 5.01e-8 4 0.849 2.95e-12 2.73e-11
sparse-decode blocks vllm bf16 nvfp4 - 0.0348 0 4.73e-6 7.89e-9 6.77e-12 0.0379 0.0466 0.703 dealt 6.11e-6 0.08 0.832 1.59e-11 1.22e-11
sparse-decode blocks vllm fp8 nvfp4 - 0.0395 0 1.21e-5 1.46e-8 4.05e-10 0.997 0.307 0.281 dealt 1.7e-8 4 0.84 1.46e-11 2.21e-11
sparse-decode blocks sglang bf16 bf16 - 0.0476 0 1.45e-5 4.06e-8 9.47e-11 0.999 0.166 0.561 dealt 1.53e-5 4 0.796 1.15e-11 2.84e-10
sparse-decode blocks sglang fp8 bf16 - 0.0736 0 4.21e-5 7.27e-8 2.53e-10 0.522 0.0303 0.32 dealt 6.55e-7 0.0129 0.97 1.74e-11 1.46e-10
sparse-decode blocks trtllm bf16 bf16 - 0.0498 0 8.27e-5 2.28e-7 8.55e-8 1.59e-4 4 0.97 dealt 3.87e-5 0.00136 0.12 4.73e-11 2.56e-9
sparse-decode blocks trtllm bf16 fp8 - 0.0468 0 8.61e-5 2.15e-7 8.49e-8 3.12e-5 4 0.97 dealt 4.02e-5 0.00226 0.0887 6.58e-11 2.44e-9
sparse-decode blocks trtllm bf16 nvfp4 - 0.0495 0 8.53e-5 2.23e-7 8.42e-8 2.66e-4 4 0.97 dealt 3.97e-5 0.00194 0.0903 4.28e-11 2.37e-9
`;
