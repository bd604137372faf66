/** Deployments of models with experts, of which TensorRT-LLM publishes the output tokens a second and GPU: data-parallel attention, experts over all ranks. */
export interface PublishedExperts {
  readonly name: string;
  readonly model: string;
  readonly gpu: string;
  /** Each a data group of its own, and with its part of the experts. */
  readonly ranks: number;
  /** [lengths] of a GPU; undefined where nothing is published. */
  readonly tokensPerSecond: readonly (number | undefined)[];
}

/** Tokens of each prompt, of each output, and how many requests there are. */
export const LENGTHS_OF_EXPERTS = [
  [1000, 1000, 3000],
  [8192, 1024, 1500],
] as const;

/** The batch sizes that its `cuda_graph_config` captures, `enable_padding: true`. */
export const CAPTURED_SIZES = [1, 2, 4, 8, 16, 32, 64, 128, 256, 384, 512, 1024, 2048, 4096, 8192] as const;

/** In fp8, on Hopper, whose kernels in fp8 are TensorRT-LLM's own. Source: TensorRT-LLM, docs/source/developer-guide/perf-overview.md, after 1.1. */
export const PUBLISHED_EXPERTS: readonly PublishedExperts[] = [
  { name: "Qwen3 235B-A22B, four H200", model: "qwen3-235b-a22b", gpu: "h200-sxm", ranks: 4, tokensPerSecond: [3288, 627] },
  { name: "Qwen3 235B-A22B, eight H100", model: "qwen3-235b-a22b", gpu: "h100-sxm", ranks: 8, tokensPerSecond: [1932, undefined] },
  { name: "Llama 4 Maverick, eight H200", model: "llama-4-maverick", gpu: "h200-sxm", ranks: 8, tokensPerSecond: [4146, 1276] },
  { name: "DeepSeek-R1, eight H200", model: "deepseek-r1", gpu: "h200-sxm", ranks: 8, tokensPerSecond: [1627, undefined] },
];
