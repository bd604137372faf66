import type { Streams } from "@tokenyard/random";
import type { WorkloadSpec } from "@tokenyard/scenario";
import { createArrivingRequest } from "./arriving-request.ts";
import { requestLengths } from "./request-lengths.ts";

/** Requests in columns, by the number that everybody calls them by. Every request has at least one prompt and one output token. */
export interface Requests {
  readonly count: number;
  readonly arrivedNs: Float64Array;
  readonly promptTokens: Int32Array;
  readonly outputTokens: Int32Array;
}

/** All requests of a batch, drawn at once as its source would one by one. A batch arrives whole at 0. */
export function drawRequests(workload: Extract<WorkloadSpec, { kind: "batch" }>, streams: Streams): Requests {
  const count = workload.sequences;
  const promptTokens = new Int32Array(count);
  const outputTokens = new Int32Array(count);
  const lengths = requestLengths(workload, streams);
  const drawn = createArrivingRequest();
  for (let request = 0; request < count; request++) {
    lengths.draw(drawn);
    promptTokens[request] = drawn.promptTokens;
    outputTokens[request] = drawn.outputTokens;
  }
  return { count, arrivedNs: new Float64Array(count), promptTokens, outputTokens };
}
