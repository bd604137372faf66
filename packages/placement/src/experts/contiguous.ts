import { type ExpertPlacement, expertSlots } from "./expert-placement.ts";

/**
 * Experts in rows, the same in every layer: rank e of `ranks` holds n = ⌊experts ÷ ranks⌋ of them, those before it the ones before; the first experts mod
 * ranks hold one more, as vLLM's linear placement.
 */
export function contiguous(experts: number, ranks: number): ExpertPlacement {
  const each = Math.floor(experts / ranks);
  const fuller = experts % ranks;
  const firstOf = (e: number) => e * each + Math.min(e, fuller);
  const held = Array.from({ length: ranks }, (_, e) => Array.from({ length: firstOf(e + 1) - firstOf(e) }, (_, i) => firstOf(e) + i));
  const slots = expertSlots(experts, held);
  return Object.freeze({ mostSlots: slots.most, slots: () => slots });
}
