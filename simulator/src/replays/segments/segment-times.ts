import type { GroupCost } from "@tokenyard/program";
import type { MicroBatch } from "../../micro-batches/micro-batch.ts";
import type { PassSummary } from "../accounts/pass-summary.ts";
import type { GroupTimes } from "./group-times.ts";
import type { OpenRuns } from "./open/open-runs.ts";
import type { OpenSegment } from "./open/open-segment.ts";

/** The times of a run's passes by data group, segment by segment. All are nanoseconds. */
export interface SegmentTimes {
  readonly segments: readonly OpenSegment[];
  readonly facts: PassSummary | undefined;
  readonly microBatch: MicroBatch | undefined;
  readonly startNs: number;
  /** When the last of the passes ends; and how many there are. */
  readonly endNs: number;
  readonly count: number;
  /** [groups] contexts in the first pass, and sequences: in each pass that follows, the context has as many tokens more. Of decode steps alone. */
  readonly contextTokens: Float64Array;
  readonly sequences: Float64Array;
  /** [passes × groups] of one attention that sees the whole context */
  readonly attentionNs: Float64Array;
  /** What that does in the first pass; of prompts alone. */
  readonly attention: GroupCost;
  /** The same in each pass. */
  readonly windowed: GroupCost;
  readonly head: GroupCost;
  /** On each segment: what does not grow, and the last data group. */
  readonly times: GroupTimes;
  /** Instead of these, where segments are timed rank by rank: then `attentionNs`, `windowed` and `head` are those of ranks at full speed. */
  readonly byRank: OpenRuns | undefined;
}
