import { EDGES } from "../families/edges.ts";
import { alias, type Exported } from "./alias.ts";

const { ttft, gap, request } = EDGES.dynamo;

/** Metrics under the names of Dynamo's frontend, and one that its components have. */
export const DYNAMO: readonly Exported[] = [
  alias("dynamo_frontend_inflight_requests", "inFlight"),
  alias("dynamo_frontend_active_requests", "inFlight"),
  alias("dynamo_frontend_queued_requests", "unanswered"),
  alias("dynamo_frontend_requests", "finished", { fixed: [["status", "success"]] }),
  alias("dynamo_frontend_requests", "failed", {
    of: ["failed", "rejected"],
    fixed: [["status", "error"]],
    value: (failed, rejected) => failed + rejected,
  }),
  alias("dynamo_frontend_model_rejection", "rejected"),
  alias("dynamo_frontend_output_tokens", "outputTokens"),
  alias("dynamo_frontend_time_to_first_token_seconds", "ttft", { bounds: ttft }),
  alias("dynamo_frontend_inter_token_latency_seconds", "itl", { bounds: gap }),
  alias("dynamo_frontend_request_duration_seconds", "e2e", { bounds: request }),
  alias("dynamo_component_kvstats_gpu_cache_usage_percent", "kvUse"),
];
