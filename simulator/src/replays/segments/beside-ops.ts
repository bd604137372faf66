import type { Groups } from "@tokenyard/placement";
import type { OpCost } from "@tokenyard/program";
import type { BesideOp } from "./segments.ts";

/** Ops that run beside others. */
export class BesideOps {
  readonly #ops: readonly BesideOp[];
  /** [ops of the program] */
  readonly #groups: readonly Groups[];
  /** [ops of the program] */
  readonly #costAt: readonly (OpCost | undefined)[];
  /** [ranks] */
  readonly #sumsNs: Float64Array;

  constructor(ops: readonly BesideOp[], groups: readonly Groups[], costAt: readonly (OpCost | undefined)[], ranks: number) {
    this.#ops = ops;
    this.#groups = groups;
    this.#costAt = costAt;
    this.#sumsNs = new Float64Array(ranks);
  }

  /** Whether what runs beside other ops is in nobody's way. */
  fit(): boolean {
    const beside = this.#ops;
    for (let b = 0; b < beside.length; b++) {
      const { durationNs } = this.#costAt[beside[b]!.at]!;
      const others = this.#othersNs(beside[b]!);
      for (let r = 0; r < durationNs.length; r++) if (durationNs[r]! > others[r]!) return false;
    }
    return true;
  }

  /** [ranks] What those beside an op take at least, from when a rank could start them: as long as the slowest of those that have one together. */
  #othersNs({ others }: BesideOp): Float64Array {
    const sums = this.#sumsNs.fill(0);
    for (let o = 0; o < others.length; o++) {
      const { durationNs } = this.#costAt[others[o]!.at]!;
      const { offsets, members } = this.#groups[others[o]!.at]!;
      for (let g = 0; g + 1 < offsets.length; g++) {
        let longest = 0;
        for (let i = offsets[g]!; i < offsets[g + 1]!; i++) longest = Math.max(longest, durationNs[members[i]!]!);
        for (let i = offsets[g]!; i < offsets[g + 1]!; i++) sums[members[i]!]! += longest;
      }
    }
    return sums;
  }
}
