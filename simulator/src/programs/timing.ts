import type { Groups } from "@tokenyard/placement";
import { cleared, type OpCost } from "@tokenyard/program";

/** Costs of one op on the ranks of a stage, and its times; every column is [ranks]. `timeOp` fills it. */
export interface OpRun extends OpCost {
  /** When the rank was free and ready. */
  readonly arrivedNs: Float64Array;
  /** When the group started, with its last rank. */
  readonly startNs: Float64Array;
  /** When its group left: with its slowest rank. */
  readonly endNs: Float64Array;
  /** The rank of its group that arrived last; the lowest among equals. */
  readonly cause: Int32Array;
  /** How long it stood still for links that were down, where any are. */
  heldNs: number;
}

/** `byRank`: whether bytes of memory are asked for by rank. */
export function createOpRun(ranks: number, byRank = false): OpRun {
  return cleared({
    durationNs: new Float64Array(ranks),
    rankBytes: new Float64Array(byRank ? ranks : 0),
    ranksEach: 1,
    flops: -0,
    memoryBytes: -0,
    nodeBytes: -0,
    fabricBytes: -0,
    insideSeconds: -0,
    tabledSeconds: -0,
    arrivedNs: new Float64Array(ranks),
    startNs: new Float64Array(ranks),
    endNs: new Float64Array(ranks),
    cause: new Int32Array(ranks),
    heldNs: 0,
  });
}

/**
 * Times one op on a stage: a group starts when its last rank is free and ready, and leaves together when its slowest
 * is done. Reads `laneFreeNs`, `readyNs` and `durationNs` [ranks], fills `run`, and returns when the last group leaves.
 */
export function timeOp(groups: Groups, laneFreeNs: Float64Array, readyNs: Float64Array, durationNs: Float64Array, run: OpRun): number {
  const { members, offsets } = groups;
  const count = offsets.length - 1;
  if (count === members.length) return timeAlone(laneFreeNs, readyNs, durationNs, run);
  const { arrivedNs, startNs, endNs, cause } = run;
  let lastNs = 0;
  for (let g = 0; g < count; g++) {
    const from = offsets[g]!;
    const to = offsets[g + 1]!;
    let start = -1;
    let longest = 0;
    let last = 0;
    for (let m = from; m < to; m++) {
      const rank = members[m]!;
      const arrived = Math.max(laneFreeNs[rank]!, readyNs[rank]!);
      arrivedNs[rank] = arrived;
      if (arrived > start) {
        start = arrived;
        last = rank;
      }
      const duration = durationNs[rank]!;
      if (duration > longest) longest = duration;
    }
    const end = start + longest;
    if (end > lastNs) lastNs = end;
    for (let m = from; m < to; m++) {
      const rank = members[m]!;
      startNs[rank] = start;
      endNs[rank] = end;
      cause[rank] = last;
    }
  }
  return lastNs;
}

/** Times an op without a barrier: each rank is a group of its own. */
function timeAlone(laneFreeNs: Float64Array, readyNs: Float64Array, durationNs: Float64Array, run: OpRun): number {
  const { arrivedNs, startNs, endNs, cause } = run;
  let lastNs = 0;
  for (let rank = 0; rank < durationNs.length; rank++) {
    const start = Math.max(laneFreeNs[rank]!, readyNs[rank]!);
    const end = start + durationNs[rank]!;
    arrivedNs[rank] = start;
    startNs[rank] = start;
    endNs[rank] = end;
    cause[rank] = rank;
    if (end > lastNs) lastNs = end;
  }
  return lastNs;
}
