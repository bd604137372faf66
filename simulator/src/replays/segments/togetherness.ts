import type { Groups } from "@tokenyard/placement";

/** Which ranks of a stage are level as a program goes on, whatever its ops take: as far as it follows from who waits for whom. */
export class Togetherness {
  /** [ranks] ranks with the same number are level */
  #levelOf: Int32Array;
  #levels = 1;
  /** [ranks] */
  readonly #dataGroupOf: Int32Array;

  /** All are level. `dataGroupOf` [ranks]: ranks of a data group take the same time for ops that nothing of experts is in. */
  constructor(dataGroupOf: Int32Array) {
    this.#levelOf = new Int32Array(dataGroupOf.length);
    this.#dataGroupOf = dataGroupOf;
  }

  /** Whether all ranks start an op of `groups` at once: each group waits for a rank of every level. */
  startsTogether({ offsets, members }: Groups): boolean {
    for (let g = 0; g + 1 < offsets.length; g++) {
      const levels = new Set<number>();
      for (let m = offsets[g]!; m < offsets[g + 1]!; m++) levels.add(this.#levelOf[members[m]!]!);
      if (levels.size < this.#levels) return false;
    }
    return true;
  }

  /** They pass an op of `groups`, which leave it together; `alike`: ranks of a data group take the same time for it. */
  pass({ offsets, groupOf }: Groups, alike: boolean): void {
    const ranks = groupOf.length;
    const alone = offsets.length === ranks + 1;
    if (!alone) this.#level((r) => groupOf[r]!);
    else if (alike) this.#level((r) => this.#levelOf[r]! * ranks + this.#dataGroupOf[r]!);
    else this.#level((r) => r);
  }

  #level(keyOf: (rank: number) => number): void {
    const numbers = new Map<number, number>();
    this.#levelOf = this.#levelOf.map((_, r) => {
      const number = numbers.get(keyOf(r)) ?? numbers.size;
      numbers.set(keyOf(r), number);
      return number;
    });
    this.#levels = numbers.size;
  }
}
