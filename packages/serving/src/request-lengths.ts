import type { Streams } from "@tokenyard/random";
import type { DrawnCount } from "@tokenyard/scenario";
import { drawCount } from "./drawn-count.ts";

/** What a workload says of the lengths of its requests. */
export interface LengthsSpec {
  readonly promptTokens: DrawnCount;
  readonly outputTokens: DrawnCount;
}

/** Draws a request's lengths. */
export interface RequestLengths {
  prompt(): number;
  output(): number;
}

/**
 * Prompts come from the stream `workload/prompt-tokens` and outputs from `workload/output-tokens`, so that another distribution of the one
 * leaves the other's lengths as they were.
 */
export function requestLengths(spec: LengthsSpec, streams: Streams): RequestLengths {
  return {
    prompt: drawCount(spec.promptTokens, streams.stream("workload/prompt-tokens")),
    output: drawCount(spec.outputTokens, streams.stream("workload/output-tokens")),
  };
}
