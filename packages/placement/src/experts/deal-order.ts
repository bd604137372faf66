import type { ExpertPlacement, ExpertSlots } from "./expert-placement.ts";

/**
 * All experts of the first layer with experts in some placements, from rank to rank: those in the first slots, then those in the second. A
 * few copies dealt in this order reach as many ranks as possible, and any number of them all ranks evenly, within one. Among placements the
 * one on most ranks counts; undefined if there is none.
 */
export function dealOrder(placements: readonly (ExpertPlacement | undefined)[], layer: number): Int32Array | undefined {
  let most: ExpertSlots | undefined;
  for (const placement of placements) {
    const slots = placement?.slots(layer);
    if (slots !== undefined && slots.offsets.length > (most?.offsets.length ?? 0)) most = slots;
  }
  return most && fromRankToRank(most);
}

/** All experts, from rank to rank: those in the first slots, then those in the second; last those without a slot. */
export function fromRankToRank({ experts, offsets, expertIn, most }: ExpertSlots): Int32Array {
  const order = new Set<number>();
  for (let turn = 0; turn < most; turn++) {
    for (let rank = 0; rank < offsets.length - 1; rank++) {
      const slot = offsets[rank]! + turn;
      if (slot < offsets[rank + 1]! && expertIn[slot]! >= 0) order.add(expertIn[slot]!);
    }
  }
  for (let x = 0; x < experts; x++) order.add(x); // those without a slot
  return Int32Array.from(order);
}
