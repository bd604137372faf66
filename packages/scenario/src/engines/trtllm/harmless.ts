/** Options of TensorRT-LLM that change nothing that is simulated. */
export const TRTLLM_HARMLESS: ReadonlySet<string> = new Set(
  `model model-path host port backend tokenizer trust-remote-code max-seq-len max-input-len max-beam-width num-postprocess-workers log-level served-model-name
  reasoning-parser tool-parser chat-template custom-module-dirs fail-fast-on-attention-window-too-large gpus-per-node metadata-server-config-file
  server-role revision hf-revision print-iter-log enable-iter-perf-stats enable-iter-req-stats return-perf-metrics perf-metrics-max-requests attn-backend
  enable-autotuner use-torch-sampler sampler-type torch-compile-config garbage-collection-gen0-threshold iter-stats-max-iterations
  kv-cache-config.event-buffer-max-size kv-cache-config.secondary-offload-min-priority
  kv-cache-config.max-gpu-total-bytes kv-cache-config.sink-token-length kv-cache-config.mamba-ssm-cache-dtype kv-cache-config.mamba-ssm-stochastic-rounding
  kv-cache-config.copy-on-partial-reuse kv-cache-config.enable-partial-reuse kv-cache-config.use-kv-cache-manager-v2 kv-cache-config.avg-seq-len
  cache-transceiver-config.backend cache-transceiver-config.max-tokens-in-buffer cache-transceiver-config.kv-transfer-timeout-ms
  cache-transceiver-config.transceiver-runtime moe-config.max-num-tokens moe-config.use-low-precision-moe-combine moe-config.disable-finalize-fusion
  scheduler-config.context-chunking-policy scheduler-config.use-python-scheduler nvfp4-gemm-config.allowed-backends num-postprocess
  disaggregation-mode disaggregation-strategy extra-engine-args override-engine-args publish-events-and-metrics modality encode-endpoint
  next-endpoint endpoint max-file-size-mb skip-tokenizer-init dtype load-format orchestrator-type env-overrides fuse-fp4-quant postprocess-tokenizer-dir
  mm-encoder-only config extra-llm-api-options media-io-kwargs tool-call-parser dyn-tool-call-parser dyn-reasoning-parser otlp-traces-endpoint
  speculative-config.load-format speculative-config.acceptance-window speculative-config.acceptance-length-threshold
  speculative-config.use-rejection-sampling speculative-config.allow-advanced-sampling speculative-config.relaxed-topk speculative-config.relaxed-delta
  speculative-config.use-mtp-vanilla speculative-config.mtp-eagle-one-model speculative-config.begin-thinking-phase-token
  speculative-config.end-thinking-phase-token speculative-config.greedy-sampling speculative-config.posterior-threshold speculative-config.num-eagle-layers
  speculative-config.max-non-leaves-per-layer speculative-config.eagle3-one-model speculative-config.eagle3-layers-to-capture
  speculative-config.eagle3-model-arch speculative-config.max-matching-ngram-size speculative-config.is-keep-all speculative-config.is-use-oldest
  speculative-config.is-public-pool speculative-config.mask-token-id mm-embedding-serve enable-energy-metrics guided-decoding-backend sparse-attention-config.algorithm trust-remote`
    .split(/\s+/)
    .map((name) => name.replaceAll("_", "-")),
);
