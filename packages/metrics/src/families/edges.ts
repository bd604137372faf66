/**
 * Upper bounds of the buckets that engines have, in seconds, the infinite one left out: rules that ask for a bucket by its `le` find it under the engine's name alone. Sources: vLLM
 * `vllm/v1/metrics/loggers.py`; SGLang `srt/metrics/collector.py`; Dynamo `lib/llm/src/http/service/metrics.rs`, as rounded to two figures where nothing else is configured.
 */
export const EDGES = {
  vllm: {
    ttft: [1e-3, 5e-3, 1e-2, 2e-2, 4e-2, 6e-2, 8e-2, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160, 640, 2560],
    /** Seconds of a token, and of the mean token of a request. */
    gap: [1e-2, 2.5e-2, 5e-2, 7.5e-2, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80],
    /** Seconds of a request, and of a phase of it. */
    request: [0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920, 7680],
  },
  sglang: {
    ttft: [0.1, 0.2, 0.4, 0.6, 0.8, 1, 2, 4, 6, 8, 10, 20, 40, 60, 80, 100, 200, 400],
    gap: [2e-3, 4e-3, 6e-3, 8e-3, 1e-2, 1.5e-2, 2e-2, 2.5e-2, 3e-2, 3.5e-2, 4e-2, 6e-2, 8e-2, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 2, 4, 6, 8],
    request: [0.1, 0.2, 0.4, 0.6, 0.8, 1, 2, 4, 6, 8, 10, 20, 40, 60, 80, 100, 200, 400, 600, 1200, 1800, 2400],
  },
  dynamo: {
    ttft: [0, 2.2e-3, 4.7e-3, 1e-2, 2.2e-2, 4.7e-2, 0.1, 0.22, 0.47, 1, 2.2, 4.7, 10, 22, 48, 100, 220, 480],
    gap: [0, 1.9e-3, 3.5e-3, 6.7e-3, 1.3e-2, 2.4e-2, 4.5e-2, 8.4e-2, 0.16, 0.3, 0.56, 1.1, 2],
    request: [0, 2, 4, 8, 16, 32, 64, 130, 260, 510],
  },
} as const;

/** Below those of engines, for small models. */
const SMALL = [5e-4, 1e-3, 2.5e-3, 5e-3] as const;

const { vllm, sglang, dynamo } = EDGES;
export const TTFT_BOUNDS = united(vllm.ttft, sglang.ttft, dynamo.ttft);
export const GAP_BOUNDS = united(SMALL, vllm.gap, sglang.gap, dynamo.gap);
/** Edges for the TTFT of small models, and those of all engines. */
export const REQUEST_BOUNDS = united(vllm.ttft, vllm.request, sglang.request, dynamo.request);
export const PHASE_BOUNDS = united(vllm.ttft, vllm.request);

function united(...lists: readonly (readonly number[])[]): readonly number[] {
  return [...new Set(lists.flat())].sort((a, b) => a - b);
}
