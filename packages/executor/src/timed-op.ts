import type { Groups } from "@tokenyard/placement";

const NEVER = new Float64Array(0);
const NO_RANKS = new Int32Array(0);

/** Times of one op in the pass that was timed last. */
export class TimedOp {
  /** [ranks] */
  readonly endNs: Float64Array;
  /** When the op ended on the last rank. */
  lastNs = 0;
  /** [groups] when each started, and the rank that arrived last: of equals the first. Empty where each rank has the op alone. */
  readonly startNs: Float64Array;
  readonly cause: Int32Array;
  /** [ranks] by how much it ends later than its durations say; undefined where it does not. */
  #delayNs: Float64Array | undefined;
  /** The ranks that meet; undefined where each has it alone. */
  readonly groups: Groups | undefined;

  constructor(groups: Groups, ranks: number) {
    const meets = groups.offsets.length <= ranks;
    this.endNs = new Float64Array(ranks);
    this.groups = meets ? groups : undefined;
    this.startNs = meets ? new Float64Array(groups.offsets.length - 1) : NEVER;
    this.cause = meets ? new Int32Array(this.startNs.length) : NO_RANKS;
  }

  /**
   * A rank arrives when its lane is free and the results are ready; a group starts when its last rank arrives, and leaves after its longest
   * duration. Adds the waits of ranks to `waitingNs` [ranks].
   */
  time(freeNs: Float64Array, readyNs: Float64Array, durationNs: Float64Array, waitingNs: Float64Array): void {
    this.#delayNs = undefined;
    if (this.groups === undefined) this.#timeAlone(freeNs, readyNs, durationNs);
    else this.#timeMeeting(this.groups, freeNs, readyNs, durationNs, waitingNs);
  }

  /** Start on `rank`, whose own work takes `durationNs` [ranks]. */
  startOn(rank: number, durationNs: Float64Array): number {
    if (this.groups !== undefined) return this.startNs[this.groups.groupOf[rank]!]!;
    return this.endNs[rank]! - durationNs[rank]! - (this.#delayNs?.[rank] ?? 0);
  }

  /** The rank that `rank` waited for. */
  causeOf(rank: number): number {
    return this.groups === undefined ? rank : this.cause[this.groups.groupOf[rank]!]!;
  }

  /** Ends it at `endsNs` [ranks], later than planned. */
  delay(endsNs: Float64Array): void {
    this.#delayNs = endsNs.map((ns, r) => ns - this.endNs[r]!);
    this.endNs.set(endsNs);
    this.lastNs = Math.max(...endsNs);
  }

  /** Moves it later by `ns`. */
  shift(ns: number): void {
    const { endNs, startNs } = this;
    for (let r = 0; r < endNs.length; r++) endNs[r] = endNs[r]! + ns;
    for (let g = 0; g < startNs.length; g++) startNs[g] = startNs[g]! + ns;
    this.lastNs += ns;
  }

  #timeAlone(freeNs: Float64Array, readyNs: Float64Array, durationNs: Float64Array): void {
    const { endNs } = this;
    let lastNs = 0;
    for (let r = 0; r < endNs.length; r++) {
      const free = freeNs[r]!;
      const ready = readyNs[r]!;
      const ns = Math.max(free, ready) + durationNs[r]!;
      endNs[r] = ns;
      if (ns > lastNs) lastNs = ns;
    }
    this.lastNs = lastNs;
  }

  #timeMeeting(
    { offsets, members }: Groups,
    freeNs: Float64Array,
    readyNs: Float64Array,
    durationNs: Float64Array,
    waitingNs: Float64Array,
  ): void {
    const { endNs, startNs } = this;
    let lastNs = 0;
    for (let g = 0, m = 0; g < startNs.length; g++) {
      const from = m;
      const to = offsets[g + 1]!;
      let start = -1;
      let longest = 0;
      let last = 0;
      for (; m < to; m++) {
        const rank = members[m]!;
        const free = freeNs[rank]!;
        const ready = readyNs[rank]!;
        const arrived = Math.max(free, ready);
        endNs[rank] = arrived;
        if (arrived > start) {
          start = arrived;
          last = rank;
        }
        const ns = durationNs[rank]!;
        if (ns > longest) longest = ns;
      }
      startNs[g] = start;
      this.cause[g] = last;
      const end = start + longest;
      if (end > lastNs) lastNs = end;
      for (m = from; m < to; m++) {
        const rank = members[m]!;
        waitingNs[rank] = waitingNs[rank]! + (end - endNs[rank]! - durationNs[rank]!);
        endNs[rank] = end;
      }
    }
    this.lastNs = lastNs;
  }
}
