import type { Overflow } from "@tokenyard/model";
import type { ExpertSlots } from "@tokenyard/placement";
import type { OwnRanks } from "../experts/own-ranks.ts";

/** Sources whose tokens stay on the same experts' ranks, and what stands in there for an expert that is full. */
export interface LocalCrowd {
  /** Sources `from` … `end` − 1. */
  readonly from: number;
  readonly end: number;
  /** Experts without a slot on these ranks, rising. */
  readonly closed: Int32Array;
  /** [experts] number of each expert's region, in which experts stand in for each other; undefined: all that are not closed do. */
  readonly regions: Int32Array | undefined;
}

/**
 * Crowds of a layer whose tokens stay on their ranks: each holds the capacity by itself, since it cannot reach the others, and copies over
 * it go to experts of its own ranks. An expert belongs to the first of these that has a slot of it.
 */
export class LocalCrowds {
  readonly #within: Overflow["reroutes"];
  readonly #own: OwnRanks;
  readonly #known = new WeakMap<ExpertSlots, readonly LocalCrowd[]>();

  constructor(within: Overflow["reroutes"], own: OwnRanks) {
    this.#within = within;
    this.#own = own;
  }

  of(slots: ExpertSlots): readonly LocalCrowd[] {
    const known = this.#known.get(slots) ?? this.#made(slots);
    this.#known.set(slots, known);
    return known;
  }

  #made(slots: ExpertSlots): LocalCrowd[] {
    const { first, end } = this.#own;
    const crowds: LocalCrowd[] = [];
    for (let from = 0, next = 0; from < first.length; from = next) {
      while (next < first.length && first[next] === first[from] && end[next] === end[from]) next++;
      crowds.push({ from, end: next, ...this.#near(slots, first[from]!, end[from]!) });
    }
    return crowds;
  }

  #near({ experts, offsets, expertIn }: ExpertSlots, first: number, end: number): Pick<LocalCrowd, "closed" | "regions"> {
    const rankOf = new Int32Array(experts).fill(-1);
    for (let e = end - 1; e >= first; e--)
      for (const x of expertIn.subarray(offsets[e]!, offsets[e + 1]!)) if (x >= 0) rankOf[x] = e - first;
    const closed = Int32Array.from(rankOf.keys()).filter((x) => rankOf[x]! < 0);
    const regions = this.#within === "rank" && end - first > 1 ? rankOf.map((rank) => Math.max(0, rank)) : undefined;
    return { closed, regions };
  }
}
