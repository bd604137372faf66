import type { Groups } from "@tokenyard/placement";

/** An op of a closed segment, which all ranks enter together, each of its lanes free: when it ends on each of them. */
export class ClosedOp {
  /** [ranks] */
  readonly endNs: Float64Array;
  /** Whether each rank has it alone, and waits for nobody. */
  readonly isAlone: boolean;
  /** [ranks] when each could begin */
  readyNs: Float64Array;
  readonly #groups: Groups;

  constructor(groups: Groups, ranks: number) {
    this.endNs = new Float64Array(ranks);
    this.readyNs = this.endNs;
    this.isAlone = groups.offsets.length > ranks;
    this.#groups = groups;
  }

  /** As `timeOp` on lanes that are free, where it takes `durationNs` [ranks]; returns `endNs`. */
  time(readyNs: Float64Array, durationNs: Float64Array): Float64Array {
    this.readyNs = readyNs;
    if (this.isAlone) this.#timeAlone(readyNs, durationNs);
    else this.#timeMeeting(readyNs, durationNs);
    return this.endNs;
  }

  /** Whom `rank` waited for: the last of its group to be ready, of equals the first. */
  causeOf(rank: number): number {
    const { groupOf, offsets, members } = this.#groups;
    if (this.isAlone) return rank;
    const group = groupOf[rank]!;
    let last = members[offsets[group]!]!;
    for (let m = offsets[group]! + 1; m < offsets[group + 1]!; m++)
      if (this.readyNs[members[m]!]! > this.readyNs[last]!) last = members[m]!;
    return last;
  }

  #timeAlone(readyNs: Float64Array, durationNs: Float64Array): void {
    const { endNs } = this;
    for (let r = 0; r < endNs.length; r++) endNs[r] = readyNs[r]! + durationNs[r]!;
  }

  #timeMeeting(readyNs: Float64Array, durationNs: Float64Array): void {
    const { endNs } = this;
    const { offsets, members } = this.#groups;
    for (let g = 0, from = 0; g < offsets.length - 1; g++) {
      const to = offsets[g + 1]!;
      let start = 0;
      let longest = 0;
      for (let m = from; m < to; m++) {
        const rank = members[m]!;
        if (readyNs[rank]! > start) start = readyNs[rank]!;
        if (durationNs[rank]! > longest) longest = durationNs[rank]!;
      }
      const end = start + longest;
      for (; from < to; from++) endNs[members[from]!] = end;
    }
  }
}
