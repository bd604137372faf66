import type { Cost } from "./flag.ts";

/** Batch sizes up to `most`, the largest one, for which an engine captures graphs unless it is asked for others. */
type CapturedSizes = (most: number) => readonly number[];

export const CAPTURED_SIZES = {
  /** 1, 2, 4, then every 8th to 256, then every 16th. Source: vllm/config/vllm.py, _set_cudagraph_sizes. */
  vllm: (most) => upTo(most, [1, 2, 4, ...every(8, 8, 256), ...every(16, 256, most + 1)]),
  /** 1, 2, 4, 8, 12, every 8th to 256, every 16th to 512, then every 32nd. Source: python/sglang/srt/server_args.py, _generate_cuda_graph_batch_sizes. */
  sglang: (most) => upTo(most, [1, 2, 4, 8, 12, ...every(8, 16, 257), ...every(16, 272, 512), ...every(32, 512, most + 1)]),
  /** 1, 2, 4, every 8th to 128, then powers of two, and `most`. Source: tensorrt_llm/llmapi/llm_args.py, CudaGraphConfig. */
  trtllm: (most) => {
    const sizes = [1, 2, 4, ...every(8, 8, 129)];
    for (let size = 256; size <= most; size *= 2) sizes.push(size);
    return [...new Set([...upTo(most, sizes), most])];
  },
} as const satisfies Readonly<Record<string, CapturedSizes>>;

/** Cost of decode steps that no captured graph holds, compared with the simulated ones. */
export const UNCAPTURED: Cost = {
  server: "slower",
  about:
    "the host launches each kernel of a decode step by itself, and of that only what kernels take alone counts here: TPOT of few users is 1.1 to 4 times as long",
  source: "SGLang, pull request 1401: Llama 3 8B × 1.1 and 1.3, DeepSeek-Coder-V2-Lite × 4, at 1 user",
};

/** Numbers from `first`, below `end`, in steps of `step`. */
function every(step: number, first: number, end: number): number[] {
  const sizes: number[] = [];
  for (let size = first; size < end; size += step) sizes.push(size);
  return sizes;
}

function upTo(most: number, sizes: readonly number[]): readonly number[] {
  return sizes.filter((size) => size <= most);
}
