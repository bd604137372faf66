import type { LargestPass } from "./workspace.ts";

/** What a run asks of the ranks' memory. */
export interface MemoryLoad extends LargestPass {
  /** Tokens that a data group's cache has room for, [replicas × dataGroups]. */
  readonly kvTokens: Float64Array;
  /** KV tokens in layers with a window. */
  readonly windowedKvTokens: Float64Array;
  /** Most sequences of one data group that are held at a time; if unset: as in one pass. */
  readonly heldSequences?: number;
  /** Whether that room is a pool, reserved for any request; else the known sequences of a batch reserve it. */
  readonly pooled: boolean;
}

/** What a run has used of the ranks' memory at most. */
export type MemoryUse = Omit<MemoryLoad, "pooled">;
