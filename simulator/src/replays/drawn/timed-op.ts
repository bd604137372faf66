import type { Groups } from "@tokenyard/placement";
import { createOpCost, type Op, type OpCost } from "@tokenyard/program";

const NEVER = new Float64Array(0);
const NOBODY = new Int32Array(0);

/** What one op of a program takes on the ranks of a stage, and when, in the pass that was timed last. */
export class TimedOp {
  readonly op: Op;
  readonly cost: OpCost;
  /** [ranks] */
  readonly endNs: Float64Array;
  /** When it ended on the last of them. */
  lastNs = 0;
  /** What it took on the slowest; undefined where each rank has it alone. */
  longestNs: number | undefined;
  /** Who meets for it; undefined where each rank has it alone. */
  readonly #groups: Groups | undefined;
  /** [groups] when each started, and the rank that came last: of equals the first */
  readonly #startNs: Float64Array;
  readonly #cause: Int32Array;

  /** `cost`: of ops that take the same in a pass; else it has its own, with bytes by rank or not. */
  constructor(op: Op, groups: Groups, ranks: number, cost: OpCost | undefined, withBytes = false) {
    const meets = groups.offsets.length <= ranks;
    this.op = op;
    this.cost = cost ?? createOpCost(ranks, withBytes);
    this.endNs = new Float64Array(ranks);
    this.#groups = meets ? groups : undefined;
    this.#startNs = meets ? new Float64Array(groups.offsets.length - 1) : NEVER;
    this.#cause = meets ? new Int32Array(this.#startNs.length) : NOBODY;
    this.longestNs = meets ? 0 : undefined;
  }

  /** As `timeOp`; adds what ranks waited for others to `waitingNs` [ranks]. */
  time(freeNs: Float64Array, readyNs: Float64Array, waitingNs: Float64Array): void {
    if (this.#groups === undefined) this.#timeAlone(freeNs, readyNs);
    else this.#timeMeeting(this.#groups, freeNs, readyNs, waitingNs);
  }

  #timeAlone(freeNs: Float64Array, readyNs: Float64Array): void {
    const { endNs } = this;
    const { durationNs } = this.cost;
    let lastNs = 0;
    for (let r = 0; r < endNs.length; r++) {
      const ns = Math.max(freeNs[r]!, readyNs[r]!) + durationNs[r]!;
      endNs[r] = ns;
      if (ns > lastNs) lastNs = ns;
    }
    this.lastNs = lastNs;
  }

  #timeMeeting({ offsets, members }: Groups, freeNs: Float64Array, readyNs: Float64Array, waitingNs: Float64Array): void {
    const { endNs } = this;
    const { durationNs } = this.cost;
    let lastNs = 0;
    let slowestNs = 0;
    for (let g = 0, m = 0; g < this.#startNs.length; g++) {
      const from = m;
      const to = offsets[g + 1]!;
      let startNs = -1;
      let longestNs = 0;
      let last = 0;
      for (; m < to; m++) {
        const rank = members[m]!;
        const arrivedNs = Math.max(freeNs[rank]!, readyNs[rank]!);
        endNs[rank] = arrivedNs;
        if (arrivedNs > startNs) {
          startNs = arrivedNs;
          last = rank;
        }
        const ns = durationNs[rank]!;
        if (ns > longestNs) longestNs = ns;
      }
      this.#startNs[g] = startNs;
      this.#cause[g] = last;
      if (longestNs > slowestNs) slowestNs = longestNs;
      const groupEndNs = startNs + longestNs;
      if (groupEndNs > lastNs) lastNs = groupEndNs;
      for (m = from; m < to; m++) {
        const rank = members[m]!;
        waitingNs[rank]! += groupEndNs - endNs[rank]! - durationNs[rank]!;
        endNs[rank] = groupEndNs;
      }
    }
    this.lastNs = lastNs;
    this.longestNs = slowestNs;
  }

  /** When it started on `rank`. */
  startNs(rank: number): number {
    return this.#groups === undefined ? this.endNs[rank]! - this.cost.durationNs[rank]! : this.#startNs[this.#groups.groupOf[rank]!]!;
  }

  /** Who held `rank` up. */
  causeOf(rank: number): number {
    return this.#groups === undefined ? rank : this.#cause[this.#groups.groupOf[rank]!]!;
  }
}
