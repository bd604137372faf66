import type { Legs } from "./legs.ts";
import { OP_KINDS } from "./op.ts";
import { createWorkTally, type WorkTally } from "./work-tally.ts";

const KINDS = OP_KINDS.length;

/** What follows, of a whole pass, from how many new tokens each data group has. Times are nanoseconds. */
export interface LegFacts {
  /** [data groups] −1 before it is filled */
  readonly tokens: Float64Array;
  /** Meetings and closed legs. */
  closedNs: number;
  /** [open legs and the last × data groups] of the ops of one such leg that tokens tell of */
  readonly openNs: Float64Array;
  /** [ops of those legs × data groups], of those ops alone; 0 of others */
  readonly opsNs: Float64Array;
  /** [op kinds] along the critical path: meetings and closed legs */
  readonly spentNs: Float64Array;
  /** [ranks × op kinds] of the ops that tokens tell of */
  readonly busyNs: Float64Array;
  /** [ranks × lanes] in them, and at the ends of closed legs */
  readonly waitingNs: Float64Array;
  /** [lanes × ranks] from the lane's last op to the end of the leg or meeting that the lane's end is told from */
  readonly trailNs: Float64Array;
  readonly work: WorkTally;
  /** Copies routed to each expert of a layer [experts], and those over capacity. */
  readonly routed: Float64Array;
  dropped: number;
  /** [phases] passes that ran like this and are not accounted for yet */
  readonly passes: Float64Array;
}

export function createLegFacts({ open, last }: Legs, dataGroups: number, ranks: number, experts: number): LegFacts {
  const legs = [...open, last];
  return {
    tokens: new Float64Array(dataGroups).fill(-1),
    closedNs: 0,
    openNs: new Float64Array(legs.length * dataGroups),
    opsNs: new Float64Array(legs.reduce((sum, { ops }) => sum + ops.length, 0) * dataGroups),
    spentNs: new Float64Array(KINDS),
    busyNs: new Float64Array(ranks * KINDS),
    waitingNs: new Float64Array(ranks * 2),
    trailNs: new Float64Array(2 * ranks),
    work: createWorkTally(),
    routed: new Float64Array(experts),
    dropped: 0,
    passes: new Float64Array(2),
  };
}

/** Numbers in them. */
export function sizeOf(legs: Legs, dataGroups: number, ranks: number, experts: number): number {
  const ops = [...legs.open, legs.last].reduce((sum, { ops }) => sum + ops.length, 0);
  return dataGroups * (2 + legs.open.length + ops) + ranks * (KINDS + 4) + KINDS + experts + 8;
}
