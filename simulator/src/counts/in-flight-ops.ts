import type { SampledQuantities } from "./sampled-quantities.ts";
import type { RankedWork, WorkTotals } from "./work-totals.ts";

/** Ops alike on ranks from number `firstRank` on: each has ended on its last rank `behindNs` after a start. */
interface TimedOps {
  firstRank: number;
  kind: number;
  /** One after the other. */
  startsNs: Float64Array;
  behindNs: number;
  durationNs: Float64Array;
  rankBytes: Float64Array;
  ranksEach: number;
  memoryBytes: number;
  flops: number;
  /** [ranks of the pool] those that have no part in it */
  isGone: Uint8Array | undefined;
}

/** Ops of visits that a sample may fall into. */
export class InFlightOps {
  /** Whether the recorder counts them already. */
  readonly #areRecorded: boolean;
  /** The first `#count` of these; the others are spare. */
  readonly #ops: TimedOps[] = [];
  #count = 0;
  /** Whether more than operations of communication is sampled. */
  readonly asksOfAll: boolean;

  /** `areRecorded`: ops may outlast the visit, so that their work is copied; else it must stay unchanged until they are cleared. */
  constructor(areRecorded: boolean, { ranks, bytes }: Pick<SampledQuantities, "ranks" | "bytes">) {
    this.#areRecorded = areRecorded;
    this.asksOfAll = ranks || bytes;
  }

  /** Ops that do `work` each: one has ended on its last rank `behindNs` after each of `startsNs`, which rise. */
  add(firstRank: number, kind: number, work: RankedWork, startsNs: Float64Array, behindNs: number, isGone?: Uint8Array): void {
    const ops = this.#spare();
    ops.firstRank = firstRank;
    ops.kind = kind;
    ops.behindNs = behindNs;
    ops.memoryBytes = work.memoryBytes;
    ops.flops = work.flops;
    ops.isGone = isGone?.slice();
    ops.startsNs = this.#areRecorded ? startsNs.slice() : startsNs;
    ops.durationNs = this.#areRecorded ? work.durationNs.slice() : work.durationNs;
    ops.ranksEach = work.ranksEach;
    ops.rankBytes = this.#areRecorded ? work.rankBytes.slice() : work.rankBytes;
  }

  /** The visits have ended. */
  clear(): void {
    this.#count = 0;
  }

  /** Corrects `totals`: adds ops that have ended by `atNs`, or removes ops that have not and are recorded. */
  correct(totals: WorkTotals, atNs: number): void {
    let kept = 0;
    for (let i = 0; i < this.#count; i++) {
      const ops = this.#ops[i]!;
      const { length } = ops.startsNs;
      const ended = endedBy(ops, atNs);
      const times = this.#areRecorded ? ended - length : ended;
      if (times !== 0) totals.add(ops.firstRank, ops.kind, ops, times, ops.isGone);
      if (this.#areRecorded && ended === length) continue; // recorded, and true by now
      this.#ops[i] = this.#ops[kept]!;
      this.#ops[kept++] = ops;
    }
    this.#count = kept;
  }

  #spare(): TimedOps {
    const spare = this.#ops[this.#count];
    if (spare !== undefined) {
      this.#count++;
      return spare;
    }
    const made = {
      firstRank: 0,
      kind: 0,
      startsNs: NONE,
      behindNs: 0,
      durationNs: NONE,
      rankBytes: NONE,
      ranksEach: 1,
      memoryBytes: 0,
      flops: 0,
      isGone: undefined,
    };
    this.#ops[this.#count++] = made;
    return made;
  }
}

const NONE = new Float64Array(0);

/** How many have. */
function endedBy({ startsNs, behindNs }: TimedOps, atNs: number): number {
  let low = 0;
  let high = startsNs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (startsNs[middle]! + behindNs <= atNs) low = middle + 1;
    else high = middle;
  }
  return low;
}
