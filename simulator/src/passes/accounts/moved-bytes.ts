import { createKernelWork, createWorkTally, type OpCost, type OpCosts } from "@tokenyard/program";
import type { WorkTotals } from "../../counts/work-totals.ts";

/**
 * Bytes of memory that the ranks of a stage have moved, and the FLOPs of the stage. Ranks that share a number in the costs of ops share one here, so that it is added
 * once for them.
 */
export class MovedBytes {
  readonly #ranks: number;
  /** [ranks that share one] their sums [ranks / as many] */
  readonly #sums: (Float64Array | undefined)[] = [];
  readonly #work = createKernelWork();

  constructor(ranks: number) {
    this.#ranks = ranks;
  }

  /** Adds `times` ops with the bytes of `cost`. */
  add({ rankBytes, ranksEach, flops, memoryBytes }: OpCost, times: number): void {
    this.#work.flops += flops * times;
    if (memoryBytes === 0) return;
    const sums = this.column(ranksEach);
    for (let i = 0; i < sums.length; i++) sums[i] = sums[i]! + rankBytes[i]! * times;
  }

  /** Adds the matrices of `times` attentions over `tokens` [data groups] that decode, where `ranksEach` ranks share a data group. */
  addProjections({ decoded }: OpCosts, tokens: Float64Array, ranksEach: number, times: number): void {
    const bytes = this.column(ranksEach);
    for (let g = 0; g < bytes.length; g++) bytes[g] = bytes[g]! + decoded.projectionBytes(tokens[g]!) * times;
    decoded.addProjections(tokens, ranksEach * times, createWorkTally(), this.#work);
  }

  /** [ranks / ranksEach] sums of groups of `ranksEach` ranks */
  column(ranksEach: number): Float64Array {
    return this.#sums[ranksEach] ?? this.#make(ranksEach);
  }

  /** Adds them to those of ranks from number `firstRank` on. */
  addTo({ bytes, flops }: WorkTotals, firstRank: number): void {
    flops[firstRank] = flops[firstRank]! + this.#work.flops;
    for (let each = 1; each < this.#sums.length; each++) {
      const sums = this.#sums[each] ?? NONE;
      for (let i = 0, at = firstRank; i < sums.length; i++) for (const next = at + each; at < next; at++) bytes[at] = bytes[at]! + sums[i]!;
    }
  }

  #make(ranksEach: number): Float64Array {
    const made = new Float64Array(this.#ranks / ranksEach);
    while (this.#sums.length < ranksEach) this.#sums.push(undefined); // no holes
    this.#sums[ranksEach] = made;
    return made;
  }
}

const NONE = new Float64Array(0);
