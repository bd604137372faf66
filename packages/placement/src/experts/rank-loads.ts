import type { ExpertSlots } from "./expert-placement.ts";

/** [ranks] copies for each experts' rank, given `loads` [experts] that are shared evenly by an expert's slots */
export function rankLoads(loads: ArrayLike<number>, { offsets, expertIn, firstOf }: ExpertSlots): Float64Array {
  const ranks = new Float64Array(offsets.length - 1);
  for (let e = 0, slot = 0; e < ranks.length; e++) {
    for (const end = offsets[e + 1]!; slot < end; slot++) {
      const x = expertIn[slot]!;
      if (x >= 0) ranks[e]! += loads[x]! / (firstOf[x + 1]! - firstOf[x]!);
    }
  }
  return ranks;
}

/** Ratio of the fullest rank to the mean; 1 if all are equal, or empty. */
export function maxOverMeanOf(ranks: Float64Array): number {
  let max = 0;
  let sum = 0;
  for (const load of ranks) {
    max = Math.max(max, load);
    sum += load;
  }
  return sum === 0 ? 1 : (max * ranks.length) / sum;
}

/** The experts that each rank holds [ranks][slots]; −1 for an empty slot. */
export function heldIn({ offsets, expertIn }: ExpertSlots): number[][] {
  return Array.from({ length: offsets.length - 1 }, (_, e) => Array.from(expertIn.subarray(offsets[e]!, offsets[e + 1]!)));
}
