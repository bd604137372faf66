import { isOfContext, LANES, type Work } from "./op.ts";
import type { StageSpec } from "./stage-spec.ts";
import type { PlacedOp } from "./stretch.ts";

/** Ops of a program between two ops that all ranks of the stage have together, its meetings; or behind the last of them. */
export interface Leg {
  readonly ops: readonly PlacedOp[];
  /** Where ranks wait for each other at its end. */
  readonly meeting: PlacedOp | undefined;
  /** How many of the program's legs are like it. */
  times: number;
}

/** A meeting, and how many of the program's are like it. */
export interface Meeting extends PlacedOp {
  times: number;
}

/**
 * A program cut where all ranks meet. They enter each leg together, so that a pass takes the sum of its legs and meetings, each as long as
 * its last rank. In an open leg are ops that depend on more than on how many tokens are new.
 */
export interface Legs {
  readonly closed: readonly Leg[];
  /** But for the last. */
  readonly open: readonly Leg[];
  /** Behind the last meeting: the program's end. Perhaps without ops. */
  readonly last: Leg;
  readonly meetings: readonly Meeting[];
  /** Ops that depend on new tokens alone, one of each work, in the order in which they come first. */
  readonly ofTokens: readonly PlacedOp[];
  /** [lanes] where the lane's last op is */
  readonly ends: readonly LaneEnd[];
}

/** Where a lane has its last op: nowhere, on the last leg, at the meeting before it, or on the closed leg before that. */
export interface LaneEnd {
  readonly in: "nothing" | "last" | "meeting" | "closed";
  /** The leg that it is on. */
  readonly leg: Leg | undefined;
  /** How many of the leg's ops are behind it; none of them opens a leg. */
  readonly behind: number;
}

const NOWHERE: LaneEnd = { in: "nothing", leg: undefined, behind: 0 };

export function isOpen({ ops }: Leg): boolean {
  return ops.some(({ op }) => isOfContext(op.work));
}

/** Cuts the program of a stage; undefined where it has a leg that some ranks of a data group pass in another time than others. */
export function legsOf({ slices, ranks }: StageSpec): Legs | undefined {
  const { program, groups } = slices[0]!;
  const isMeeting = ({ op, at }: PlacedOp) => !isOfContext(op.work) && groups[at]!.offsets.length === 2;
  const byKey = new Map<string, Leg>();
  const meetings = new Map<Work, Meeting>();
  const ofTokens = new Map<Work, PlacedOp>();
  let ops: PlacedOp[] = [];
  let before: Leg | undefined;
  for (const [at, op] of program.ops.entries()) {
    const placed = { op, at };
    if (!isOfContext(op.work) && !ofTokens.has(op.work)) ofTokens.set(op.work, placed);
    if (!isMeeting(placed)) {
      ops.push(placed);
      continue;
    }
    const key = [...ops, placed].map((each) => each.op.work).join();
    before = byKey.get(key) ?? { ops, meeting: placed, times: 0 };
    before.times++;
    byKey.set(key, before);
    const meeting = meetings.get(op.work) ?? { ...placed, times: 0 };
    meeting.times++;
    meetings.set(op.work, meeting);
    ops = [];
  }
  const legs = [...byKey.values()];
  const last = { ops, meeting: undefined, times: 1 };
  const ends = LANES.map((lane) => (program.ops.some((op) => op.lane === lane) ? laneEnd(lane, last, before) : NOWHERE));
  if (ends.includes(undefined) || (ranks > 1 && ![last, ...legs.filter(isOpen)].every(passedAlike))) return undefined;
  return {
    closed: legs.filter((leg) => !isOpen(leg) && leg.ops.length > 0),
    open: legs.filter(isOpen),
    last,
    meetings: [...meetings.values()],
    ofTokens: [...ofTokens.values()],
    ends: ends as LaneEnd[],
  };
}

/** Whether all ranks of a data group pass a leg in the same time: it has nothing of experts. */
function passedAlike({ ops }: Leg): boolean {
  return ops.every(({ op: { work } }) => !["experts", "reduce-experts", "dispatch", "combine"].includes(work));
}

/** Undefined where the lane's last op lies too far back for its end to follow from the pass's end. */
function laneEnd(lane: number, last: Leg, before: Leg | undefined): LaneEnd | undefined {
  const on = (leg: Leg, where: "last" | "closed"): LaneEnd | undefined => {
    const at = leg.ops.findLastIndex(({ op }) => op.lane === lane);
    if (at < 0) return undefined;
    const behind = leg.ops.slice(at + 1);
    return behind.some(({ op }) => isOfContext(op.work)) ? undefined : { in: where, leg, behind: behind.length };
  };
  const onLast = on(last, "last");
  if (onLast !== undefined) return onLast;
  if (before?.meeting?.op.lane === lane) return { in: "meeting", leg: undefined, behind: 0 };
  return before === undefined || isOpen(before) ? undefined : on(before, "closed");
}
