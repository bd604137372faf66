import { type ExpertPlacement, expertSlots } from "./expert-placement.ts";

/** Experts in rows: rank e of `ranks`, which divides their number, holds experts e·n … (e + 1)·n − 1, with n = experts ÷ ranks; the same in every layer. */
export function contiguous(experts: number, ranks: number): ExpertPlacement {
  const each = experts / ranks;
  const slots = expertSlots(
    experts,
    Array.from({ length: ranks }, (_, e) => Array.from({ length: each }, (_, i) => e * each + i)),
  );
  return Object.freeze({ mostSlots: each, slots: () => slots });
}
