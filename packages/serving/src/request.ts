import type { Streams } from "@tokenyard/random";
import type { WorkloadSpec } from "@tokenyard/scenario";
import { drawCount } from "./drawn-count.ts";

/** All requests of a run in columns [count]; a request's id is its row. Every request has at least one prompt and one output token. */
export interface Requests {
  readonly count: number;
  /** Never falling: the order of ids is the order of arrival. */
  readonly arrivedNs: Float64Array;
  readonly promptTokens: Int32Array;
  readonly outputTokens: Int32Array;
}

/**
 * Draws the requests of `workload`. Prompts come from the stream `workload/prompt-tokens` and outputs from `workload/output-tokens`,
 * so that another distribution of the one leaves the other's lengths as they were. A batch arrives whole at 0.
 */
export function drawRequests(workload: WorkloadSpec, streams: Streams): Requests {
  const count = workload.sequences;
  const promptTokens = new Int32Array(count);
  const outputTokens = new Int32Array(count);
  const drawPrompt = drawCount(workload.promptTokens, streams.stream("workload/prompt-tokens"));
  const drawOutput = drawCount(workload.outputTokens, streams.stream("workload/output-tokens"));
  for (let request = 0; request < count; request++) promptTokens[request] = drawPrompt();
  for (let request = 0; request < count; request++) outputTokens[request] = drawOutput();
  return { count, arrivedNs: new Float64Array(count), promptTokens, outputTokens };
}
