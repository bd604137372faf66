import type { RequestClass, RequestSlots } from "@tokenyard/serving";
import type { AdmittingPolicy, LeftRequest } from "./doors.ts";
import { type Asked, guarded } from "./guarded.ts";

/** Says which arriving requests are served, by their slots. */
export interface Admission {
  admits(slot: number, slots: RequestSlots, nowNs: number): boolean;
  left(request: LeftRequest): void;
}

/** An admission of a plug-in, whose answers are checked: each is true or false. */
export function pluggedAdmission(own: AdmittingPolicy, classes: readonly RequestClass[], asked: Asked): Admission {
  const checked = guarded(own, asked, {}, { admits: problemOf });
  const request = { request: 0, slot: 0, promptTokens: 0, outputTokens: 0, className: "" };
  const inside = new Set<number>(); // numbers of requests; one that is tried again comes here once more
  return {
    admits(slot, slots, nowNs) {
      const number = slots.number[slot]!;
      request.request = number;
      request.slot = slot;
      request.promptTokens = slots.promptTokens[slot]!;
      request.outputTokens = slots.outputTokens[slot]!;
      request.className = classes.length < 2 ? "" : classes[slots.classIndex[slot]!]!.name;
      inside.delete(number);
      const isIn = checked.admits(request, nowNs / 1e9, inside.size);
      if (isIn) inside.add(number);
      return isIn;
    },
    left(left) {
      inside.delete(left.request);
      checked.left?.(left);
    },
  };
}

function problemOf(answer: unknown): string | undefined {
  return typeof answer === "boolean" ? undefined : `admits gave ${String(answer)}; wanted true or false`;
}
