import type { FormTimes } from "@tokenyard/executor";
import type { MicroBatch } from "../micro-batches/micro-batch.ts";
import type { PassFacts } from "./pass-facts.ts";
import type { Steps } from "./steps.ts";

/** Passes of one micro-batch that were timed by their form, one after another. All times are nanoseconds. */
export interface FormPasses {
  readonly facts: PassFacts | undefined;
  readonly microBatch: MicroBatch | undefined;
  readonly count: number;
  /** Start of the first and end of the last; and the time of all together. */
  readonly startNs: number;
  readonly endNs: number;
  readonly tookNs: number;
  /** Part that is noise of the law of their routed layers. */
  readonly noiseNs: number;
  readonly times: FormTimes;
  readonly steps: Steps;
  /** [data groups] contexts in the first pass */
  readonly contextTokens: Float64Array;
  /** [passes × data groups] of one attention that sees the whole context: of ranks at full speed, and of the slowest */
  readonly attentionNs: Float64Array;
  readonly slowestNs: Float64Array;
  /** [contexts][data groups] of the slowest ranks: of those in each pass alike */
  readonly contextNs: readonly (Float64Array | undefined)[];
}
