import { type ExpertSlots, expertSlots } from "./expert-placement.ts";

/** A layer's experts once some of their ranks are lost. */
export interface Surviving {
  readonly slots: ExpertSlots;
  /** Experts that each experts' rank has to load [experts' ranks]. */
  readonly loads: Int32Array;
}

/**
 * `slots` without `lost` experts' ranks, and without `lostSlots`. With `reloads`, experts without a slot are loaded into others, one after
 * the other: into empty ones, or in place of a further copy of another expert, on the rank with the fewest loads so far; if there are none
 * they are missing.
 */
export function surviving(
  slots: ExpertSlots,
  lost: ReadonlySet<number>,
  reloads: boolean,
  lostSlots: ReadonlySet<number> = new Set(),
): Surviving {
  const { experts, offsets, expertIn } = slots;
  const ranks = offsets.length - 1;
  const held = Array.from({ length: ranks }, (_, e) => {
    const first = offsets[e]!;
    return lost.has(e) ? [] : [...expertIn.subarray(first, offsets[e + 1]!)].filter((_, i) => !lostSlots.has(first + i));
  });
  const copies = new Int32Array(experts);
  for (const x of held.flat()) if (x >= 0) copies[x]!++;
  const loads = new Int32Array(ranks);
  if (reloads) {
    for (let x = 0; x < experts; x++) {
      if (copies[x]! > 0) continue;
      const place = roomFor(held, loads, (there) => there < 0) ?? roomFor(held, loads, (there) => there >= 0 && copies[there]! > 1);
      if (place === undefined) continue;
      const [rank, slot] = place;
      const there = held[rank]![slot]!;
      if (there >= 0) copies[there]!--;
      held[rank]![slot] = x;
      copies[x] = 1;
      loads[rank]!++;
    }
  }
  return { slots: expertSlots(experts, held, true), loads };
}

/** Slot to reuse, among those whose expert may go (`isFree`): the first on the rank with the lowest load, of equal ranks the lowest. */
function roomFor(
  held: readonly (readonly number[])[],
  loads: Int32Array,
  isFree: (there: number) => boolean,
): readonly [rank: number, slot: number] | undefined {
  let best: readonly [number, number] | undefined;
  for (const [rank, own] of held.entries()) {
    if (best !== undefined && loads[rank]! >= loads[best[0]]!) continue;
    const slot = own.findIndex(isFree);
    if (slot >= 0) best = [rank, slot];
  }
  return best;
}
