import type { RankedWork, SoFar } from "./so-far.ts";
import type { Wanted } from "./wanted.ts";

/** When the last of ops alike ends on its last rank, and how much later each does than the one before. */
export interface OpEnds {
  readonly lastNs: number;
  readonly periodNs: number;
  readonly times: number;
}

/** Ops alike on ranks from number `firstRank` on. */
interface TimedOps {
  firstRank: number;
  kind: number;
  lastNs: number;
  periodNs: number;
  times: number;
  durationNs: Float64Array;
  rankBytes: Float64Array;
  memoryBytes: number;
  /** [ranks of the pool] those that have no part in it */
  isGone: Uint8Array | undefined;
}

/** Ops of visits that a sample may fall into. */
export class UnderWay {
  /** Whether what is told counts them already. */
  readonly #areTold: boolean;
  /** The first `#count` of these; the others are spare. */
  readonly #ops: TimedOps[] = [];
  #count = 0;
  /** Whether anybody asks for more than operations of communication. */
  readonly asksOfAll: boolean;

  /** `areTold`: they may outlast the visit, so that what they do is copied; else it has to stay as it is until they are cleared. */
  constructor(areTold: boolean, { ranks, bytes }: Pick<Wanted, "ranks" | "bytes">) {
    this.#areTold = areTold;
    this.asksOfAll = ranks || bytes;
  }

  add(firstRank: number, kind: number, work: RankedWork, { lastNs, periodNs, times }: OpEnds, isGone?: Uint8Array): void {
    const ops = this.#spare(work);
    ops.firstRank = firstRank;
    ops.kind = kind;
    ops.lastNs = lastNs;
    ops.periodNs = periodNs;
    ops.times = times;
    ops.memoryBytes = work.memoryBytes;
    ops.isGone = isGone?.slice();
    if (!this.#areTold) {
      ops.durationNs = work.durationNs;
      ops.rankBytes = work.rankBytes;
      return;
    }
    for (let r = 0; r < work.durationNs.length; r++) ops.durationNs[r] = work.durationNs[r]!;
    for (let r = 0; r < work.rankBytes.length; r++) ops.rankBytes[r] = work.rankBytes[r]!;
  }

  /** The visits have ended. */
  clear(): void {
    this.#count = 0;
  }

  /** Of what `soFar` says: adds the ops that have ended by `atNs`, or takes out those that have not and are told. */
  correct(soFar: SoFar, atNs: number): void {
    let kept = 0;
    for (let i = 0; i < this.#count; i++) {
      const ops = this.#ops[i]!;
      const times = this.#areTold ? endedBy(ops, atNs) - ops.times : endedBy(ops, atNs);
      if (times !== 0) soFar.add(ops.firstRank, ops.kind, ops, times, ops.isGone);
      if (this.#areTold && ops.lastNs <= atNs) continue; // told, and true by now
      this.#ops[i] = this.#ops[kept]!;
      this.#ops[kept++] = ops;
    }
    this.#count = kept;
  }

  #spare({ durationNs, rankBytes }: RankedWork): TimedOps {
    const spare = this.#ops[this.#count];
    if (spare !== undefined && (!this.#areTold || spare.durationNs.length === durationNs.length)) {
      this.#count++;
      return spare;
    }
    const columns = this.#areTold
      ? { durationNs: new Float64Array(durationNs.length), rankBytes: new Float64Array(rankBytes.length) }
      : { durationNs, rankBytes };
    const made = { firstRank: 0, kind: 0, lastNs: 0, periodNs: 0, times: 0, ...columns, memoryBytes: 0, isGone: undefined };
    this.#ops[this.#count++] = made;
    return made;
  }
}

/** How many have. */
function endedBy({ lastNs, periodNs, times }: TimedOps, atNs: number): number {
  if (lastNs <= atNs) return times;
  if (periodNs <= 0) return 0;
  return Math.max(0, times - Math.ceil((lastNs - atNs) / periodNs));
}
