import { EDGES } from "../families/edges.ts";
import { alias, type Exported } from "./alias.ts";

const { ttft, gap, request } = EDGES.sglang;

/** Metrics under the names of SGLang. */
export const SGLANG: readonly Exported[] = [
  alias("sglang:num_running_reqs", "running"),
  alias("sglang:num_queue_reqs", "waiting"),
  alias("sglang:token_usage", "kvUse"),
  alias("sglang:cache_hit_rate", "hitShare"),
  alias("sglang:prompt_tokens", "finishedPromptTokens"),
  alias("sglang:generation_tokens", "finishedOutputTokens"),
  alias("sglang:num_requests", "finished"),
  alias("sglang:num_retracted_requests", "preempted"),
  alias("sglang:time_to_first_token_seconds", "ttft", { bounds: ttft }),
  alias("sglang:inter_token_latency_seconds", "itl", { bounds: gap }),
  alias("sglang:e2e_request_latency_seconds", "e2e", { bounds: request }),
];
