import { EDGES } from "../families/edges.ts";
import { alias, type Exported } from "./alias.ts";

/** Replicas are engines, and numbered. */
const labels: Exported["labels"] = [{ at: 0, name: "engine" }];
const { ttft, gap, request } = EDGES.vllm;

/**
 * Metrics under the names of vLLM; from older versions `gpu_cache_usage_perc`, and `time_per_output_token_seconds`, which is of single
 * tokens.
 */
export const VLLM: readonly Exported[] = [
  alias("vllm:num_requests_running", "running", { labels }),
  alias("vllm:num_requests_waiting", "waiting", { labels }),
  alias("vllm:kv_cache_usage_perc", "kvUse", { labels }),
  alias("vllm:gpu_cache_usage_perc", "kvUse", { labels }),
  alias("vllm:prompt_tokens", "answeredPromptTokens"),
  alias("vllm:generation_tokens", "outputTokens", { labels }),
  alias("vllm:spec_decode_num_drafts", "draftSteps", { labels }),
  alias("vllm:spec_decode_num_draft_tokens", "draftTokens", { labels }),
  alias("vllm:spec_decode_num_accepted_tokens", "acceptedTokens", { labels }),
  alias("vllm:spec_decode_num_accepted_tokens_per_pos", "acceptedByPosition", { labels: [...labels, { at: 1, name: "position" }] }),
  alias("vllm:num_preemptions", "preempted"),
  alias("vllm:request_success", "finished", { fixed: [["finished_reason", "stop"]] }),
  alias("vllm:prefix_cache_queries", "soughtTokens", { labels }),
  alias("vllm:prefix_cache_hits", "hitTokens", { labels }),
  alias("vllm:request_queue_time_seconds", "queue", { bounds: request }),
  alias("vllm:request_prefill_time_seconds", "prefill", { bounds: request }),
  alias("vllm:time_to_first_token_seconds", "ttft", { bounds: ttft }),
  alias("vllm:request_time_per_output_token_seconds", "tpot", { bounds: gap }),
  alias("vllm:inter_token_latency_seconds", "itl", { bounds: gap }),
  alias("vllm:time_per_output_token_seconds", "itl", { bounds: gap }),
  alias("vllm:e2e_request_latency_seconds", "e2e", { bounds: request }),
];
