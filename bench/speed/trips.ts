import type { Recording } from "@tokenyard/report";

/** What one stage does for one pass of a micro-batch. */
export interface Trip {
  readonly stage: number;
  readonly microBatch: number;
  readonly pass: number;
  readonly ops: TripOp[];
  /** Ops before the send; all on the last stage. */
  beforeSend: number;
  /** Ranks that have not ended the last op before the send, and the last op. */
  computing: number;
  staying: number;
}

export interface TripOp {
  readonly isNetwork: boolean;
  /** [ranks of the stage] the rank's own work */
  readonly durationNs: Float64Array;
  /** [ranks of the stage] */
  readonly groupOf: Group[];
}

/** Ranks of a stage that start together. */
export interface Group {
  readonly members: number[];
  /** Ranks that have not come yet, and the longest work of those that have. */
  missing: number;
  longestNs: number;
}

/** The trips of each micro-batch in order, from a recording that kept all its spans. */
export function tripsOf(recording: Recording): Trip[][] {
  const { opKinds, plan } = recording;
  const spans = recording.spans!;
  const ranks = plan.ranksPerStage;
  const microBatches: Trip[][] = [];
  const known = new Map<string, Trip>();
  const groups = new Map<string, Group>();
  const reached = new Map<string, number>(); // ops that a rank has in a trip so far
  for (let row = 0; row < spans.rank.length; row++) {
    const stage = Math.floor(spans.rank[row]! / ranks);
    const rank = spans.rank[row]! % ranks;
    const microBatch = spans.microBatch[row]!;
    const pass = spans.pass[row]!;
    const key = `${stage} ${microBatch} ${pass}`;
    let trip = known.get(key);
    if (trip === undefined) {
      trip = { stage, microBatch, pass, ops: [], beforeSend: 0, computing: ranks, staying: ranks };
      known.set(key, trip);
      microBatches[microBatch] ??= [];
      microBatches[microBatch].push(trip);
    }
    const number = reached.get(`${key} ${rank}`) ?? 0;
    reached.set(`${key} ${rank}`, number + 1);
    const { name, lane } = opKinds[spans.kind[row]!]!;
    if (number === trip.ops.length) {
      trip.ops.push({ isNetwork: lane === "network", durationNs: new Float64Array(ranks), groupOf: [] });
      if (name !== "send") trip.beforeSend++;
    }
    const op = trip.ops[number]!;
    const groupKey = `${key} ${number} ${spans.cause[row]}`;
    const group = groups.get(groupKey) ?? { members: [], missing: 0, longestNs: 0 };
    groups.set(groupKey, group);
    group.members.push(rank);
    group.missing++;
    op.groupOf[rank] = group;
    op.durationNs[rank] = spans.workNs[row]! - spans.startNs[row]!;
  }
  return microBatches;
}
