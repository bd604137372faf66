import type { AttentionShape, KernelShape } from "@tokenyard/model";

/** How long one kernel takes on one GPU that does nothing else. */
export interface KernelModel {
  /** As the report names it. */
  readonly name: string;
  /** Seconds; 0 for a shape without rows, and the same whenever the same shape is asked for. Allocates nothing, and keeps nothing of `shape`. */
  seconds(shape: KernelShape): number;

  /**
   * Seconds of `count` attentions, one after another: `shape`, and each after it with `more` context tokens and pairs more. To the bit what
   * `seconds` says of them one by one. Fills `out` from `at` on, every `stride`.
   */
  growingSeconds(shape: AttentionShape, more: number, count: number, out: Float64Array, at: number, stride: number): void;
}
