import { REQUEST_STATUS, type Recording } from "./recording.ts";
import type { Report } from "./report.ts";

/** Requests by what became of them. */
export function requestCounts(status: Uint8Array): Report["requests"] {
  const counts = { arrived: status.length, finished: 0, rejected: 0, failed: 0 };
  for (const one of status) {
    if (one === REQUEST_STATUS.finished) counts.finished++;
    else if (one === REQUEST_STATUS.rejected) counts.rejected++;
    else if (one === REQUEST_STATUS.failed) counts.failed++;
  }
  return counts;
}

/**
 * Tokens that the run is known to have served: the prompts of requests with a first token, the outputs of finished requests,
 * and the first tokens of the others (how far those came is not recorded). Copies over all layers and passes.
 */
export function tokenCounts(recording: Recording): Report["tokens"] {
  const { firstTokenNs, promptTokens, outputTokens, status } = recording.requests;
  let prompt = 0;
  let output = 0;
  for (let request = 0; request < status.length; request++) {
    if (Number.isNaN(firstTokenNs[request]!)) continue;
    prompt += promptTokens[request]!;
    output += status[request] === REQUEST_STATUS.finished ? outputTokens[request]! : 1;
  }
  const [prefill, decode] = recording.routing;
  return {
    prompt,
    output,
    routed: prefill.routed + decode.routed,
    kept: prefill.kept + decode.kept,
    dropped: prefill.dropped + decode.dropped,
  };
}
