/** Flags of SGLang that change nothing that is simulated. */
export const SGLANG_HARMLESS: ReadonlySet<string> = new Set(
  `model-path model host port tokenizer-path tokenizer-mode tokenizer-worker-num trust-remote-code revision served-model-name context-length dtype
  load-format model-loader-extra-config skip-server-warmup warmups random-seed seed device download-dir base-gpu-id gpu-id-step log-level log-level-http
  log-requests log-requests-level show-time-cost enable-metrics enable-metrics-for-all-schedulers enable-request-time-stats-logging
  decode-log-interval crash-dump-folder api-key chat-template completion-template file-storage-path enable-cache-report reasoning-parser
  tool-call-parser sampling-defaults sampling-backend attention-backend prefill-attention-backend decode-attention-backend mm-attention-backend
  moe-runner-backend fp8-gemm-backend fp4-gemm-backend nsa-prefill-backend nsa-decode-backend nsa-prefill nsa-decode grammar-backend
  speculative-draft-model-revision speculative-accept-threshold-single
  speculative-accept-threshold-acc speculative-token-map speculative-moe-runner-backend speculative-moe-a2a-backend speculative-attention-mode
  speculative-draft-model-quantization speculative-draft-attention-backend speculative-draft-load-format speculative-use-rejection-sampling
  speculative-adaptive-config speculative-ngram-max-bfs-breadth speculative-ngram-min-match-window-size speculative-ngram-max-match-window-size speculative-ngram-min-bfs-breadth
  speculative-ngram-match-type speculative-ngram-branch-length speculative-ngram-capacity nnodes node-rank dist-init-addr nccl-init-addr nccl-port dist-timeout watchdog-timeout
  disaggregation-mode disaggregation-transfer-backend disaggregation-bootstrap-port disaggregation-ib-device disaggregation-decode-tp
  disaggregation-decode-dp disaggregation-prefill-pp disaggregation-decode-enable-offload-kvcache disaggregation-decode-polling-interval
  num-reserved-decode-tokens prefill-round-robin-balance load-balance-method enable-flashinfer-allreduce-fusion flashinfer-mla-disable-ragged
  disable-shared-experts-fusion enable-nccl-nvls enable-symm-mem disable-custom-all-reduce enable-mscclpp deepep-config
  moe-dense-tp enable-torch-compile torch-compile-max-bs torchao-config cuda-graph-padding enable-piecewise-cuda-graph disable-piecewise-cuda-graph
  piecewise-cuda-graph-max-tokens piecewise-cuda-graph-tokens enforce-piecewise-cuda-graph disable-prefill-cuda-graph
  cuda-graph-backend-prefill cuda-graph-bs-prefill cuda-graph-max-bs-prefill cuda-graph-tc-compiler cuda-graph-config.prefill enable-memory-saver allow-auto-truncate
  enable-custom-logit-processor enable-multimodal disable-fast-image-processor keep-mm-feature-on-device mm-enable-dp-encoder
  hicache-ratio hicache-write-policy hicache-io-backend hicache-mem-layout hicache-storage-backend hicache-storage-prefetch-policy
  hicache-storage-backend-extra-config eplb-algorithm eplb-min-rebalancing-utilization-threshold ep-dispatch-algorithm expert-distribution-recorder-mode
  expert-distribution-recorder-buffer-size enable-expert-distribution-metrics enable-ep-moe elastic-ep-backend mooncake-ib-device
  skip-tokenizer-init enable-p2p-check mamba-ssm-dtype mamba-backend
  kv-events-config collect-tokens-histogram preferred-sampling-params json-model-override-args delete-ckpt-after-loading
  is-embedding max-loras-per-batch lora-paths max-lora-rank lora-target-modules lora-backend constrained-json-whitespace-pattern
  weight-loader-disable-mmap numa-node gc-warning-threshold-secs enable-trace otlp-traces-endpoint
  schedule-low-priority-values-first quantize-and-serve rl-on-policy-target triton-attention-reduce-in-fp32 triton-attention-num-kv-splits
  enable-fused-moe-sum-all-reduce enable-fused-qk-norm-rope enable-precise-embedding-interpolation enable-attn-tp-input-scattered
  enable-nan-detection stream-output enable-deterministic-inference cp-strategy prefill-cp-mode dsa-prefill-cp-mode nsa-prefill-cp-mode endpoint disagg-transfer-backend
  use-sglang-tokenizer dyn-tool-call-parser dyn-reasoning-parser publish-events-and-metrics prefill-max-requests init-timeout
  disable-outlines-disk-cache enable-tokenizer-batch-encode fastapi-root-path admin-api-key ssl-keyfile ssl-certfile enable-ssl-refresh remote-instance-weight-loader-backend
  limit-mm-data-per-request language-only encoder-only`
    .split(/\s+/)
    .map((name) => name.replaceAll("_", "-")),
);
