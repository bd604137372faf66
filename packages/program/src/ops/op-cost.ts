import { cleared, type OpWork } from "./work-tally.ts";

/** Time of one op of a pass on each rank of a stage, and its work on all of them together. */
export interface OpCost extends OpWork {
  /** [ranks] nanoseconds of the rank's own work, without waiting for others */
  readonly durationNs: Float64Array;
  /**
   * [ranks / ranksEach] bytes of memory of each run of `ranksEach` ranks, if `memoryBytes` is over 0; room for [ranks], empty unless
   * requested by rank
   */
  readonly rankBytes: Float64Array;
  ranksEach: number;
}

const NO_BYTES = new Float64Array(0);

/** `byRank`: whether bytes of memory are requested by rank. */
export function createOpCost(ranks: number, byRank = false): OpCost {
  return cleared({
    durationNs: new Float64Array(ranks),
    rankBytes: byRank ? new Float64Array(ranks) : NO_BYTES,
    ranksEach: 1,
    flops: -0,
    memoryBytes: -0,
    nodeBytes: -0,
    fabricBytes: -0,
    insideSeconds: -0,
    tabledSeconds: -0,
  });
}
