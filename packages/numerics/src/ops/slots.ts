import type { ExpertSlots } from "@tokenyard/placement";
import type { Stage } from "../stage.ts";

/** Gives each copy of a layer its slot. Copies of an expert with several take turns, in the order of sources and their tokens: once all of the stage have chosen. */
export function dealSlots(stage: Stage, layer: number): void {
  const { plan, visits } = stage;
  const slots: ExpertSlots = plan.expertPlacement!.slots(layer);
  const next = new Int32Array(slots.experts);
  for (let source = 0; source < plan.sources; source++) {
    const own = visits.slice(source * plan.sourceRanks, (source + 1) * plan.sourceRanks);
    const { experts } = own[0]!.choices!;
    for (let copy = 0; copy < experts.length; copy++) {
      const expert = experts[copy]!;
      const first = slots.firstOf[expert]!;
      const slot = slots.slotsOf[first + (next[expert]!++ % (slots.firstOf[expert + 1]! - first))]!;
      for (const { choices } of own) if (copy < choices!.slots.length) choices!.slots[copy] = slot;
    }
  }
}
