import { type ExpertPlacement, expertSlots } from "./expert-placement.ts";

/** Experts dealt out: rank e of `ranks` holds experts e, e + ranks, e + 2·ranks, …; the same in every layer. */
export function roundRobin(experts: number, ranks: number): ExpertPlacement {
  const held = Array.from({ length: ranks }, (_, e) => Array.from({ length: Math.ceil((experts - e) / ranks) }, (_, i) => e + i * ranks));
  const slots = expertSlots(experts, held);
  return Object.freeze({ mostSlots: slots.most, slots: () => slots });
}
