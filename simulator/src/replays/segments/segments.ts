import { isOfContext, isOfLoad, LANES, type Work } from "@tokenyard/program";
import type { StagedProgram } from "../../stages/stage-spec.ts";
import type { PlacedOp } from "../units/stretch.ts";
import { isBeside } from "./in-turn.ts";
import { Togetherness } from "./togetherness.ts";

/** Ops of a program from where all ranks of the stage are level to where they wait for each other next, or to the end. */
export interface Segment {
  readonly ops: readonly PlacedOp[];
  /** What they wait for at its end: a barrier, or the first op of the next segment, which groups of ranks have, but start at once. */
  readonly until: PlacedOp | undefined;
  /** Whether that is a barrier. */
  readonly meets: boolean;
  /** How many of the program's segments are like it. */
  times: number;
}

/** An op that all ranks have together, and how many of the program's are like it. */
export interface StageBarrier extends PlacedOp {
  times: number;
}

/**
 * A program cut where all ranks wait for each other. They enter each segment together, so that a pass takes the sum of its segments and barriers, each as
 * long as its last rank. In an open segment are ops that depend on more than on how many tokens are new.
 */
export interface Segments {
  readonly closed: readonly Segment[];
  /** But for the last. */
  readonly open: readonly Segment[];
  /** Behind where they wait last: the program's end. Perhaps without ops. */
  readonly last: Segment;
  readonly barriers: readonly StageBarrier[];
  /** Shared experts that run beside the way of copies to the routed ones. */
  readonly beside: readonly BesideOp[];
  readonly layersWithExperts: readonly number[];
  /** Segments and barriers as the program has them one after another, up to where ranks wait last. */
  readonly steps: readonly Step[];
  /** Where layers route apart: those with experts, in order. Undefined where a segment has experts of two of them. */
  readonly routed: readonly RoutedLayer[] | undefined;
  /** Ops that depend on new tokens alone, one of each work, in the order in which they come first. */
  readonly ofTokens: readonly PlacedOp[];
  /** [lanes] where the lane's last op is */
  readonly ends: readonly LaneEnd[];
  /** Whether ranks of a data group may go apart on the way: then segments that are open are timed rank by rank, whatever is in them. */
  readonly byRank: boolean;
}

/** A segment or a barrier on the way through a program, and the layer whose load it follows from; −1: none's. */
export interface Step {
  readonly of: Segment | StageBarrier;
  readonly layer: number;
}

/** An op on the compute lane that is in nobody's way as long as it takes no longer than `others`, which run beside it on the network. */
export interface BesideOp extends PlacedOp {
  readonly others: readonly PlacedOp[];
  times: number;
}

/** A layer with experts: what in it follows from where its tokens go, and in which of the barriers and closed segments that is, once each time. */
export interface RoutedLayer {
  readonly layer: number;
  readonly ofLoad: readonly PlacedOp[];
  readonly barriers: readonly StageBarrier[];
  readonly segments: readonly Segment[];
}

/** Where a lane has its last op: nowhere, on the last segment, at the barrier before it, or on the segment before. */
export interface LaneEnd {
  readonly in: "nothing" | "last" | "barrier" | "closed" | "open";
  /** The segment that it is on. */
  readonly segment: Segment | undefined;
  /** How many of the segment's ops are behind it, none of them an attention; and how many of those are heads. */
  readonly behind: number;
  readonly heads: number;
}

const NOWHERE: LaneEnd = { in: "nothing", segment: undefined, behind: 0, heads: 0 };

export function isOpen({ ops }: Segment): boolean {
  return ops.some(({ op }) => isOfContext(op.work));
}

/** Ops of all open segments that are timed rank by rank, at most: of more, units may be alike. */
const MOST_BY_RANK = 100;

/**
 * Cuts a program of a stage of so many `ranks`, up to its send, which runs beside the next micro-batch; undefined where it has a segment that some ranks
 * of a data group pass in another time than others. Where `paces` are given [ranks], the same of ranks of a data group that are as quick as each other, open
 * segments are to be timed rank by rank, and may be such.
 */
export function segmentsOf({ program, groups }: StagedProgram, ranks: number, paces?: Int32Array): Segments | undefined {
  const all = program.ops.slice(0, program.beforeSend);
  const isBarrier = ({ op, at }: PlacedOp) => !isOfContext(op.work) && groups[at]!.offsets.length === 2;
  const ofDataGroup = groups[all.findIndex(({ barrier }) => barrier === "attention")];
  const together = new Togetherness(paces ?? ofDataGroup?.groupOf ?? Int32Array.from({ length: ranks }, (_, r) => r));
  const byKey = new Map<string, Segment>();
  const barriers = new Map<Work, StageBarrier>();
  const ofTokens = new Map<Work, PlacedOp>();
  const routed = new Map<number, { layer: number; ofLoad: PlacedOp[]; barriers: StageBarrier[]; segments: Segment[] }>();
  const beside = new Map<string, BesideOp>();
  const steps: Step[] = [];
  let areRoutedApart = true;
  let ops: PlacedOp[] = [];
  let before: Segment | undefined;
  for (const [at, op] of all.entries()) {
    const placed = { op, at };
    if (!isOfContext(op.work) && !ofTokens.has(op.work)) ofTokens.set(op.work, placed);
    if (isOfLoad(op.work)) {
      const entry = routed.get(op.layer) ?? { layer: op.layer, ofLoad: [], barriers: [], segments: [] };
      if (!entry.ofLoad.some((other) => other.op.work === op.work)) entry.ofLoad.push(placed);
      routed.set(op.layer, entry);
    }
    if (isBeside(op, at - 1)) {
      const others = all.slice(op.after[0]! + 1, at).map((other, i) => ({ op: other, at: op.after[0]! + 1 + i }));
      const key = others.map((other) => other.op.work).join();
      const like = beside.get(key) ?? { others, times: 0, ...placed };
      like.times++;
      beside.set(key, like);
      continue;
    }
    const meets = isBarrier(placed);
    if (meets || (op.barrier !== "none" && ops.length > 0 && together.startsTogether(groups[at]!))) {
      const key = [...ops, placed].map((each) => each.op.work).join();
      before = byKey.get(key) ?? { ops, until: placed, meets, times: 0 };
      before.times++;
      byKey.set(key, before);
      const layers = new Set(ops.flatMap((each) => (isOfLoad(each.op.work) ? [each.op.layer] : [])));
      for (const layer of layers) routed.get(layer)!.segments.push(before);
      areRoutedApart &&= layers.size < 2;
      if (ops.length > 0) steps.push({ of: before, layer: [...layers][0] ?? -1 });
      ops = [];
    }
    together.pass(groups[at]!, isAlike(op.work));
    if (meets) {
      const barrier = barriers.get(op.work) ?? { times: 0, ...placed };
      barrier.times++;
      barriers.set(op.work, barrier);
      if (isOfLoad(op.work)) routed.get(op.layer)!.barriers.push(barrier);
      steps.push({ of: barrier, layer: isOfLoad(op.work) ? op.layer : -1 });
    } else ops.push(placed);
  }
  const segments = [...byKey.values()];
  const last = { ops, until: undefined, meets: false, times: 1 };
  const open = segments.filter(isOpen);
  const byRank = paces !== undefined;
  const ends = LANES.map((lane) => (all.some((op) => op.lane === lane) ? laneEnd(lane, last, before, byRank) : NOWHERE));
  const areTimed = byRank
    ? [last, ...open].reduce((sum, segment) => sum + segment.ops.length, 0) <= MOST_BY_RANK
    : ranks === 1 || [last, ...open].every(passedAlike);
  if (ends.includes(undefined) || !areTimed) return undefined;
  return {
    closed: segments.filter((segment) => !isOpen(segment) && segment.ops.length > 0),
    open,
    last,
    barriers: [...barriers.values()],
    layersWithExperts: all.flatMap(({ work, layer }) => (work === "gate" ? [layer] : [])),
    steps,
    beside: [...beside.values()],
    routed:
      areRoutedApart && ![last, ...open].some(({ ops }) => ops.some(({ op }) => isOfLoad(op.work))) ? [...routed.values()] : undefined,
    ofTokens: [...ofTokens.values()],
    ends: ends as LaneEnd[],
    byRank,
  };
}

/** Whether all ranks of a data group pass a segment in the same time. */
function passedAlike({ ops }: Segment): boolean {
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
function laneEnd(lane: number, last: Segment, before: Segment | undefined, byRank: boolean): LaneEnd | undefined {
  const isOn = ({ ops }: Segment) => ops.some(({ op }) => op.lane === lane);
  if (isOn(last)) return endOn(lane, last, "last", byRank);
  if (before?.meets && before.until!.op.lane === lane) return { in: "barrier", segment: undefined, behind: 0, heads: 0 };
  if (before === undefined || !isOn(before)) return undefined;
  if (isOpen(before)) return byRank ? endOn(lane, before, "open", byRank) : undefined;
  return endOn(lane, before, "closed", byRank);
}

function endOn(lane: number, segment: Segment, where: "last" | "closed" | "open", byRank: boolean): LaneEnd | undefined {
  const behind = segment.ops.slice(segment.ops.findLastIndex(({ op }) => op.lane === lane) + 1);
  if (!byRank && behind.some(({ op }) => isOfContext(op.work) && op.work !== "head")) return undefined;
  return { in: where, segment, behind: behind.length, heads: behind.filter(({ op }) => op.work === "head").length };
}
