import { type ExpertPlacement, type ExpertSlots, expertSlots } from "./expert-placement.ts";

/** Experts as `held` has them for each layer [layers][ranks][slots]; layers that are alike have the same slots. A layer without experts has undefined. */
export function byLayer(experts: number, held: readonly (readonly (readonly number[])[] | undefined)[]): ExpertPlacement {
  const known = new Map<string, ExpertSlots>();
  const layers = held.map((ranks) => {
    if (ranks === undefined) return undefined;
    const key = ranks.join(";");
    const slots = known.get(key) ?? expertSlots(experts, ranks);
    known.set(key, slots);
    return slots;
  });
  return Object.freeze({
    mostSlots: Math.max(...[...known.values()].map(({ most }) => most)),
    slots: (layer: number) => {
      const slots = layers[layer];
      if (slots === undefined) throw new RangeError(`layer ${layer} has no experts`);
      return slots;
    },
  });
}
