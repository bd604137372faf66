import { isOfContext } from "@tokenyard/program";
import type { Segment, Segments } from "../segments.ts";

/** An open segment, or the last, as passes see it. */
export interface OpenSegment {
  readonly times: number;
  // How many ops of a kind that tokens do not tell of:
  readonly attentions: number;
  readonly windowed: number;
  readonly heads: number;
  /** Kinds of its other ops, and where their times stand among those of all open segments. */
  readonly kinds: readonly number[];
  readonly places: readonly number[];
  /** Where its ranks wait for the last of them; −1 on the last segment. */
  readonly lane: number;
}

/** The open segments, and behind them the last. */
export function openSegments({ open, last }: Segments): OpenSegment[] {
  let firstOp = 0;
  return [...open, last].map((segment) => {
    const others = segment.ops.map(({ op }, o) => ({ op, place: firstOp + o })).filter(({ op }) => !isOfContext(op.work));
    firstOp += segment.ops.length;
    return {
      times: segment.times,
      attentions: count(segment, "attention"),
      windowed: count(segment, "windowed-attention"),
      heads: count(segment, "head"),
      kinds: others.map(({ op }) => op.kind),
      places: others.map(({ place }) => place),
      lane: segment.until?.op.lane ?? -1,
    };
  });
}

/** Ops of a kind in a whole pass. */
export function inPass(segments: readonly OpenSegment[], kind: "attentions" | "windowed" | "heads"): number {
  return segments.reduce((sum, segment) => sum + segment[kind] * segment.times, 0);
}

function count({ ops }: Segment, work: string): number {
  return ops.filter(({ op }) => op.work === work).length;
}
