import type { KernelShape } from "@tokenyard/model";

/** How long one kernel takes on one GPU that does nothing else. */
export interface KernelModel {
  /** As the report names it. */
  readonly name: string;
  /** Seconds; 0 for a shape without rows, and the same whenever the same shape is asked for. Allocates nothing, and keeps nothing of `shape`. */
  seconds(shape: KernelShape): number;
}
