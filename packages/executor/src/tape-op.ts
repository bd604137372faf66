import type { Groups } from "@tokenyard/placement";

/** An op of a pass. */
export interface TapeOp {
  /** Number of the lane that runs it. */
  readonly lane: number;
  /** Number of the key that its time is summed under. */
  readonly kind: number;
  /** Number of its row of costs: ops of one row take the same time in a pass. */
  readonly row: number;
  /** The ranks that meet for it. */
  readonly groups: Groups;
  /** Indices of the ops whose results it uses, all before its own; none: it is ready when the pass is admitted. */
  readonly after: readonly number[];
}
