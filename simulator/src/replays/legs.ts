import { isOfContext, LANES, type Work } from "@tokenyard/program";
import type { StageSpec } from "../stages/stage-spec.ts";
import type { PlacedOp } from "./stretch.ts";
import { Togetherness } from "./togetherness.ts";

/** Ops of a program from where all ranks of the stage are level to where they wait for each other next, or to the end. */
export interface Leg {
  readonly ops: readonly PlacedOp[];
  /** What they wait for at its end: a meeting, or the first op of the next leg, which groups of ranks have, but start at once. */
  readonly until: PlacedOp | undefined;
  /** Whether that is a meeting. */
  readonly meets: boolean;
  /** How many of the program's legs are like it. */
  times: number;
}

/** An op that all ranks have together, and how many of the program's are like it. */
export interface Meeting extends PlacedOp {
  times: number;
}

/**
 * A program cut where all ranks wait for each other. They enter each leg together, so that a pass takes the sum of its legs and meetings, each as
 * long as its last rank. In an open leg are ops that depend on more than on how many tokens are new.
 */
export interface Legs {
  readonly closed: readonly Leg[];
  /** But for the last. */
  readonly open: readonly Leg[];
  /** Behind where they wait last: the program's end. Perhaps without ops. */
  readonly last: Leg;
  readonly meetings: readonly Meeting[];
  /** Ops that depend on new tokens alone, one of each work, in the order in which they come first. */
  readonly ofTokens: readonly PlacedOp[];
  /** [lanes] where the lane's last op is */
  readonly ends: readonly LaneEnd[];
}

/** Where a lane has its last op: nowhere, on the last leg, at the meeting before it, or on the closed leg before. */
export interface LaneEnd {
  readonly in: "nothing" | "last" | "meeting" | "closed";
  /** The leg that it is on. */
  readonly leg: Leg | undefined;
  /** How many of the leg's ops are behind it, none of them an attention; and how many of those are heads. */
  readonly behind: number;
  readonly heads: number;
}

const NOWHERE: LaneEnd = { in: "nothing", leg: undefined, behind: 0, heads: 0 };

export function isOpen({ ops }: Leg): boolean {
  return ops.some(({ op }) => isOfContext(op.work));
}

/** Cuts the program of a stage; undefined where it has a leg that some ranks of a data group pass in another time than others. */
export function legsOf({ slices, ranks }: StageSpec): Legs | undefined {
  const { program, groups } = slices[0]!;
  const isMeeting = ({ op, at }: PlacedOp) => !isOfContext(op.work) && groups[at]!.offsets.length === 2;
  const ofDataGroup = groups[program.ops.findIndex(({ barrier }) => barrier === "attention")];
  const together = new Togetherness(ofDataGroup?.groupOf ?? Int32Array.from({ length: ranks }, (_, r) => r));
  const byKey = new Map<string, Leg>();
  const meetings = new Map<Work, Meeting>();
  const ofTokens = new Map<Work, PlacedOp>();
  let ops: PlacedOp[] = [];
  let before: Leg | undefined;
  for (const [at, op] of program.ops.entries()) {
    const placed = { op, at };
    if (!isOfContext(op.work) && !ofTokens.has(op.work)) ofTokens.set(op.work, placed);
    const meets = isMeeting(placed);
    if (meets || (op.barrier !== "none" && ops.length > 0 && together.startsTogether(groups[at]!))) {
      const key = [...ops, placed].map((each) => each.op.work).join();
      before = byKey.get(key) ?? { ops, until: placed, meets, times: 0 };
      before.times++;
      byKey.set(key, before);
      ops = [];
    }
    together.pass(groups[at]!, isAlike(op.work));
    if (meets) {
      const meeting = meetings.get(op.work) ?? { ...placed, times: 0 };
      meeting.times++;
      meetings.set(op.work, meeting);
    } else ops.push(placed);
  }
  const legs = [...byKey.values()];
  const last = { ops, until: undefined, meets: false, times: 1 };
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

/** Whether all ranks of a data group pass a leg in the same time. */
function passedAlike({ ops }: Leg): boolean {
  return ops.every(({ op }) => isAlike(op.work));
}

const OF_EXPERTS: ReadonlySet<Work> = new Set<Work>([
  "experts",
  "reduce-experts",
  "dispatch",
  "combine",
  "gather-tokens",
  "scatter-tokens",
  "gather-copies",
  "scatter-copies",
]);

/** Whether an op takes the same time on all ranks of a data group: it is nothing of experts. */
function isAlike(work: Work): boolean {
  return !OF_EXPERTS.has(work);
}

/** Undefined where the lane's last op lies too far back for its end to follow from the pass's end. */
function laneEnd(lane: number, last: Leg, before: Leg | undefined): LaneEnd | undefined {
  const isOn = ({ ops }: Leg) => ops.some(({ op }) => op.lane === lane);
  if (isOn(last)) return endOn(lane, last, "last");
  if (before?.meets && before.until!.op.lane === lane) return { in: "meeting", leg: undefined, behind: 0, heads: 0 };
  return before === undefined || isOpen(before) || !isOn(before) ? undefined : endOn(lane, before, "closed");
}

function endOn(lane: number, leg: Leg, where: "last" | "closed"): LaneEnd | undefined {
  const behind = leg.ops.slice(leg.ops.findLastIndex(({ op }) => op.lane === lane) + 1);
  if (behind.some(({ op }) => isOfContext(op.work) && op.work !== "head")) return undefined;
  return { in: where, leg, behind: behind.length, heads: behind.filter(({ op }) => op.work === "head").length };
}
