import { cleared, type WorkTally } from "./work-tally.ts";

/** What one op of a pass takes on each rank of a stage, and does on all of them together. */
export interface OpCost extends WorkTally {
  /** [ranks] nanoseconds of the rank's own work, without waiting for others */
  readonly durationNs: Float64Array;
}

export function createOpCost(ranks: number): OpCost {
  return cleared({ durationNs: new Float64Array(ranks), flops: -0, memoryBytes: -0, nodeBytes: -0, fabricBytes: -0 });
}
