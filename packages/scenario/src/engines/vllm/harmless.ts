/** Flags of vLLM that change nothing that is simulated: addresses, names, parsers, logs, kernels of the same kind, deployment. */
export const VLLM_HARMLESS: ReadonlySet<string> = new Set(
  `host port uds served-model-name model tokenizer tokenizer-mode tokenizer-revision trust-remote-code revision code-revision hf-config-path
  hf-overrides download-dir load-format safetensors-load-strategy model-loader-extra-config config-format ignore-patterns seed max-logprobs
  max-model-len dtype disable-log-requests disable-log-stats enable-log-requests uvicorn-log-level disable-uvicorn-access-log disable-access-log-for-endpoints
  enable-auto-tool-choice tool-call-parser tool-parser-plugin reasoning-parser reasoning-parser-plugin enable-reasoning chat-template
  chat-template-content-format default-chat-template-kwargs response-role api-key allowed-origins allowed-methods allowed-headers allow-credentials
  ssl-keyfile ssl-certfile ssl-ca-certs root-path middleware return-tokens-as-token-ids enable-prompt-tokens-details enable-server-load-tracking
  enable-force-include-usage max-seq-len-to-capture distributed-executor-backend nnodes node-rank master-addr master-port headless
  data-parallel-rank data-parallel-start-rank data-parallel-size-local data-parallel-address data-parallel-rpc-port data-parallel-backend
  data-parallel-hybrid-lb data-parallel-external-lb api-server-count max-parallel-loading-workers ray-workers-use-nsight
  limit-mm-per-prompt mm-processor-cache-gb mm-processor-kwargs mm-encoder-tp-mode mm-encoder-attn-backend skip-mm-profiling disable-mm-preprocessor-cache
  allowed-local-media-path language-model-only video-pruning-rate interleave-mm-strings media-io-kwargs generation-config override-generation-config
  enable-sleep-mode model-impl runner convert task pooler-config logits-processor-pattern otlp-traces-endpoint collect-detailed-traces
  show-hidden-metrics-for-version kv-events-config kv-offloading-backend
  calculate-kv-scales kv-sharing-fast-prefill prefix-caching-hash-algo guided-decoding-backend guided-decoding-disable-fallback
  structured-outputs-config attention-backend attention-config moe-backend kernel-config mla-prefill-backend linear-backend additional-config
  worker-cls worker-extension-cls scheduler-cls logging-level log-config-file enable-return-routed-experts weight-transfer-config
  speculative-config.enforce-eager speculative-config.quantization speculative-config.moe-backend speculative-config.attention-backend
  speculative-config.kv-cache-dtype speculative-config.max-model-len speculative-config.revision speculative-config.code-revision
  speculative-config.index-share-for-mtp-iteration speculative-config.disable-padded-drafter-batch speculative-config.disable-eagle-block-drop
  speculative-config.use-local-argmax-reduction speculative-config.use-heterogeneous-vocab speculative-config.prompt-lookup-max
  speculative-config.prompt-lookup-min speculative-config.suffix-decoding-max-tree-depth speculative-config.suffix-decoding-max-cached-requests
  speculative-config.suffix-decoding-max-spec-factor speculative-config.suffix-decoding-min-token-prob speculative-config.draft-load-config
  speculative-config.draft-sample-method speculative-config.dspark-draft-topk speculative-config.disable-logprobs speculative-config.disable-log-stats
  enable-multimodal-encoder-data-parallel eplb-config.log_balancedness eplb-config.policy eplb-config.communicator is-decode-worker
  is-prefill-worker disaggregation-mode connector enable-local-indexer publish-events-and-metrics request-plane event-plane endpoint
  max-lora-rank max-loras max-cpu-loras lora-modules fully-sharded-loras enable-flashinfer-autotune
  use-trtllm-attention gdn-prefill-backend mamba-cache-mode mamba-ssm-cache-dtype mamba-cache-dtype mamba-block-size enable-mamba-cache-stochastic-rounding
  performance-mode numa-bind numa-bind-nodes fail-on-environ-validation shutdown-timeout disable-frontend-multiprocessing h11-max-incomplete-event-size
  enable-request-id-headers enable-tokenizer-info-endpoint enable-log-outputs max-log-len enable-prompt-embeds use-tqdm-on-load
  aggregate-engine-logging disable-fastapi-docs tokens-only profiler-config enable-layerwise-nvtx-tracing cudagraph-metrics
  compilation-config.custom-ops compilation-config.splitting-ops compilation-config.compile-sizes
  compilation-config.backend compilation-config.use-inductor compilation-config.cudagraph-num-of-warmups compilation-config.full-cuda-graph disable-cascade-attn disable-sliding-window
  ec-transfer-config distributed-timeout-seconds disable-nccl-for-dp-synchronization enable-mfu-metrics kv-cache-metrics kv-cache-metrics-sample
  enable-logging-iteration-details logprobs-mode logits-processors io-processor-plugin hf-token skip-tokenizer-init allow-deprecated-quantization
  allowed-media-domains pt-load-map-location default-mm-loras specialize-active-lora lora-dtype enable-tower-connector-lora
  mm-processor-cache-type mm-shm-cache-max-object-size-mb enable-mm-embeds disable-chunked-mm-input rope-scaling rope-theta enable-expert-parallel-all2all stream-response`
    .split(/\s+/)
    .map((name) => name.replaceAll("_", "-")),
);

/** Short names whose flags have no row, and those of maps. Source: vllm/engine/arg_utils.py, add_cli_args. */
export const VLLM_LONG_NAMES: Readonly<Record<string, string>> = {
  cc: "compilation-config",
  ac: "attention-config",
  n: "nnodes",
  r: "node-rank",
  dpn: "data-parallel-rank",
  dpr: "data-parallel-start-rank",
  dpl: "data-parallel-size-local",
  dpa: "data-parallel-address",
  dpp: "data-parallel-rpc-port",
  dpb: "data-parallel-backend",
  dph: "data-parallel-hybrid-lb",
  dpe: "data-parallel-external-lb",
};
