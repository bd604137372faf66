import { NETWORK } from "@tokenyard/program";
import type { OpenRun } from "../segments/open/open-run.ts";

/** Over passes, of a stretch of a segment: */
interface StretchSums {
  /** [groups] when they met */
  readonly startNs: Float64Array;
  /** [ranks] in how many the critical path went along this rank, and what one attention that grows took in those */
  readonly passed: Float64Array;
  readonly attentionNs: Float64Array;
}

/** What passes of a run come to on a segment that is timed rank by rank: as all that differs is the attention that grows, sums tell of it. */
export class OpenSums {
  readonly #segment: OpenRun;
  readonly #stretches: readonly StretchSums[];
  #count = 0;
  #tookNs = 0;

  constructor(segment: OpenRun) {
    const ranks = segment.stretches[0]!.leftNs.length;
    this.#segment = segment;
    this.#stretches = segment.stretches.map(({ startNs }) => ({
      startNs: new Float64Array(startNs.length),
      passed: new Float64Array(ranks),
      attentionNs: new Float64Array(ranks),
    }));
  }

  /** Other passes begin. */
  clear(): void {
    this.#count = 0;
    this.#tookNs = 0;
    for (let s = 0; s < this.#stretches.length; s++) {
      const { startNs, passed, attentionNs } = this.#stretches[s]!;
      startNs.fill(0);
      passed.fill(0);
      attentionNs.fill(0);
    }
  }

  /** A pass, as the segment was timed last, with attention that takes `attentionNs` [ranks]. */
  add(attentionNs: Float64Array): void {
    const { stretches, tookNs, last } = this.#segment;
    this.#count++;
    this.#tookNs += tookNs;
    let rank = last;
    for (let s = stretches.length - 1; s >= 0; s--) {
      const { groups, cause, startNs } = stretches[s]!;
      const sums = this.#stretches[s]!;
      if (groups !== undefined) rank = cause[groups.groupOf[rank]!]!;
      for (let g = 0; g < startNs.length; g++) sums.startNs[g] = sums.startNs[g]! + startNs[g]!;
      sums.passed[rank] = sums.passed[rank]! + 1;
      sums.attentionNs[rank] = sums.attentionNs[rank]! + attentionNs[rank]!;
    }
  }

  /** Adds the critical path of the passes to `spentNs` [SPENT_KEYS], each of them `times`. */
  spend(times: number, spentNs: Float64Array): void {
    const { stretches, durationsNs } = this.#segment;
    for (let s = 0; s < stretches.length; s++) {
      const { first, ops, meeting, groups, metNs } = stretches[s]!;
      const { passed, attentionNs } = this.#stretches[s]!;
      for (let r = 0; r < passed.length; r++) {
        if (passed[r] === 0) continue;
        for (let o = 0; o < ops.length; o++) {
          const { kind, work } = ops[o]!.op;
          const ns = work === "attention" ? attentionNs[r]! : durationsNs[first + o]![r]! * passed[r]!;
          spentNs[kind] = spentNs[kind]! + ns * times;
        }
        if (meeting === undefined) continue;
        const { kind } = meeting.op;
        spentNs[kind] = spentNs[kind]! + metNs[groups!.groupOf[r]!]! * passed[r]! * times;
      }
    }
  }

  /**
   * Adds to `waitingNs` [lanes × ranks] how long ranks have waited where groups met, and at the segment's end, each pass `times`; over those one attention
   * that grows took `attentionNs` [ranks].
   */
  wait(attentionNs: Float64Array, times: number, waitingNs: Float64Array): void {
    const { stretches, durationsNs, lane } = this.#segment;
    const count = this.#count;
    for (let r = 0; r < attentionNs.length; r++) {
      let leftNs = 0;
      for (let s = 0; s < stretches.length; s++) {
        const { first, ops, meeting, groups, baseNs, metNs, attentions } = stretches[s]!;
        leftNs += baseNs[r]! * count + attentions * attentionNs[r]!;
        if (meeting === undefined) continue;
        const g = groups!.groupOf[r]!;
        const endNs = this.#stretches[s]!.startNs[g]! + metNs[g]! * count;
        const at = (meeting.op.lane === NETWORK ? attentionNs.length : 0) + r;
        waitingNs[at] = waitingNs[at]! + (endNs - leftNs - durationsNs[first + ops.length]![r]! * count) * times;
        leftNs = endNs;
      }
      if (lane < 0) continue;
      const at = lane * attentionNs.length + r;
      waitingNs[at] = waitingNs[at]! + (this.#tookNs - leftNs) * times;
    }
  }
}
