import { isOfContext } from "@tokenyard/program";
import type { Leg, Legs } from "./legs.ts";

/** An open leg, or the last, as passes see it. */
export interface OpenLeg {
  readonly times: number;
  // How many ops of a kind that tokens do not tell of:
  readonly attentions: number;
  readonly windowed: number;
  readonly heads: number;
  /** Kinds of its other ops, and where their times stand among those of all open legs. */
  readonly kinds: readonly number[];
  readonly places: readonly number[];
  /** Where its ranks wait for the last of them; −1 on the last leg. */
  readonly lane: number;
}

/** The open legs, and behind them the last. */
export function openLegs({ open, last }: Legs): OpenLeg[] {
  let firstOp = 0;
  return [...open, last].map((leg) => {
    const others = leg.ops.map(({ op }, o) => ({ op, place: firstOp + o })).filter(({ op }) => !isOfContext(op.work));
    firstOp += leg.ops.length;
    return {
      times: leg.times,
      attentions: count(leg, "attention"),
      windowed: count(leg, "windowed-attention"),
      heads: count(leg, "head"),
      kinds: others.map(({ op }) => op.kind),
      places: others.map(({ place }) => place),
      lane: leg.until?.op.lane ?? -1,
    };
  });
}

/** Ops of a kind in a whole pass. */
export function inPass(legs: readonly OpenLeg[], kind: "attentions" | "windowed" | "heads"): number {
  return legs.reduce((sum, leg) => sum + leg[kind] * leg.times, 0);
}

function count({ ops }: Leg, work: string): number {
  return ops.filter(({ op }) => op.work === work).length;
}
