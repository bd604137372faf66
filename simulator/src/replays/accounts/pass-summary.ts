import { type Fates, PHASES, type Phase } from "@tokenyard/model";
import { createWorkTally, OP_KINDS, type WorkTally } from "@tokenyard/program";
import type { OpList } from "../../metrics/op-times.ts";
import type { Wanted } from "../../metrics/wanted.ts";
import type { Segments } from "../segments/segments.ts";
import { AskedRow } from "./asked-row.ts";

const KINDS = OP_KINDS.length;

const NO_NUMBERS = new Float64Array(0);

/** What follows, of a whole pass, from how many new tokens each data group has. Times are nanoseconds. */
export interface PassSummary {
  /** [data groups] −1 before it is filled */
  readonly tokens: Float64Array;
  /** [counts of the host's time] */
  readonly hosted: Float64Array;
  /**
   * [phases] passes that ran like this and are not accounted for yet; beside the tokens, as each run looks at both. Behind them, in the same column as each
   * run looks at that, too, what samples ask for, where `AskedRow` has it; all but bytes of prompts is worked out when samples are first told of such a pass.
   */
  readonly passes: Float64Array;
  /** Where exchanges or the host's time differ by it; else 0. */
  phase: Phase;
  /** Barriers and closed segments; where there is one data group, all ops that tokens tell of. */
  closedNs: number;
  /** Whether what runs beside other ops is in nobody's way; else the times do not hold. */
  holds: boolean;
  /** [open segments and the last × data groups] of the ops of one such segment that tokens tell of */
  readonly openNs: Float64Array;
  /** [ops of those segments × data groups], of those ops alone; 0 of others */
  readonly opsNs: Float64Array;
  /** [ops of those segments][ranks] the same where those are timed rank by rank */
  readonly rankOpsNs: readonly Float64Array[];
  /** [op kinds] along the critical path: what `closedNs` is made of */
  readonly spentNs: Float64Array;
  /** [ranks × op kinds] of the ops that tokens tell of */
  readonly busyNs: Float64Array;
  /** [ranks × lanes] in them, and at the ends of closed segments */
  readonly waitingNs: Float64Array;
  /** [ranks] by how much experts took longer than on the mean rank, wherever this was the slowest; times the ranks */
  readonly slowestNs: Float64Array;
  /** [lanes × ranks] from the lane's last op to the end of the segment or barrier that the lane's end is told from */
  readonly trailNs: Float64Array;
  readonly work: WorkTally;
  /** [op kinds] the longest op on the network lane, without waiting for others */
  readonly longestNs: Float64Array;
  /** How many micro-batches have steps that are not accounted for yet. */
  holders: number;
  /** Copies routed to each expert of a layer [experts], and those over capacity. */
  readonly routed: Float64Array;
  /** Kept copies by the experts' rank that they go to [experts' ranks]. */
  rankRows: Float64Array;
  readonly fates: Fates;
  /** Those masked by expert [experts], where somebody asks. */
  maskedOf: Float64Array | undefined;
  /** Ops on the network lane; undefined where nobody samples the run. */
  readonly ops: OpList | undefined;
  isAskedKnown: boolean;
  /** Whether passes may have run like this since the last sample. */
  hasRun: boolean;
}

/** How facts of a program are made, and how many numbers are in them. Thousands of them may be kept, by each replica: their columns share a buffer, first those that each run of passes looks at. */
export interface PassSummaryMaker {
  readonly numbers: number;
  make(): PassSummary;
}

export function passSummaryMaker(
  { open, last, ofTokens, byRank: isByRank }: Segments,
  dataGroups: number,
  ranks: number,
  experts: number,
  wanted: Wanted | undefined,
  counts: number,
): PassSummaryMaker {
  const segments = open.length + 1;
  const ops = open.reduce((sum, segment) => sum + segment.ops.length, last.ops.length);
  const rankOps = isByRank ? ops : 0;
  const numbers = counts + dataGroups * (1 + segments + ops) + rankOps * ranks + 2 * KINDS + ranks * (KINDS + 5) + experts + PHASES.length;
  const isAsked = wanted?.work === true;
  const asked = isAsked ? new AskedRow(wanted, ranks).length(ofTokens.length) - PHASES.length : 0;
  const make = (): PassSummary => {
    const buffer = new ArrayBuffer((numbers + asked) * Float64Array.BYTES_PER_ELEMENT);
    let taken = 0;
    const column = (length: number) => {
      const from = taken;
      taken += length * Float64Array.BYTES_PER_ELEMENT;
      return new Float64Array(buffer, from, length);
    };
    return {
      tokens: column(dataGroups).fill(-1),
      hosted: column(counts),
      passes: column(PHASES.length + asked),
      phase: 0,
      closedNs: 0,
      holds: true,
      isAskedKnown: false,
      hasRun: false,
      openNs: column(segments * dataGroups),
      opsNs: column(ops * dataGroups),
      rankOpsNs: Array.from({ length: rankOps }, () => column(ranks)),
      spentNs: column(KINDS),
      trailNs: column(ranks * 2),
      busyNs: column(ranks * KINDS),
      waitingNs: column(ranks * 2),
      slowestNs: column(ranks),
      work: createWorkTally(),
      longestNs: column(KINDS),
      routed: column(experts),
      rankRows: NO_NUMBERS,
      fates: { rerouted: 0, dropped: 0, masked: 0 },
      maskedOf: undefined,
      ops: isAsked ? [] : undefined,
      holders: 0,
    };
  };
  return { numbers, make };
}
