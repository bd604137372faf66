import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { LastSteps } from "./last-steps.ts";

const moves = fc.array(
  fc.record({ kind: fc.constantFrom("add", "add", "add", "leave", "remove"), step: fc.nat(30), which: fc.nat(1000) }),
  {
    maxLength: 200,
  },
);

test.prop([moves])("the earliest leaves first and of equals the lowest slot, whichever joins and is taken out meanwhile", (all) => {
  const heap = new LastSteps();
  const there: { slot: number; step: number }[] = [];
  for (const [slot, { kind, step, which }] of all.entries()) {
    if (kind === "add") {
      heap.add(slot, step);
      there.push({ slot, step });
      there.sort((a, b) => a.step - b.step || a.slot - b.slot);
    } else if (there.length > 0) {
      if (kind === "leave") expect(heap.leave()).toBe(there.shift()!.slot);
      else heap.remove(there.splice(which % there.length, 1)[0]!.slot);
    }
    expect(heap.earliest).toBe(there[0]?.step ?? Number.POSITIVE_INFINITY);
  }
  while (there.length > 0) expect(heap.leave()).toBe(there.shift()!.slot);
});

test("a slot that has left and comes again is taken out where it is now", () => {
  const heap = new LastSteps();
  heap.add(3, 1);
  heap.add(4, 2);
  expect(heap.leave()).toBe(3);
  heap.add(3, 5);
  heap.remove(4);
  expect([heap.earliest, heap.leave()]).toEqual([5, 3]);
});

test("who takes the place of one that is taken out may come before those above it", () => {
  const heap = new LastSteps();
  const steps = [0, 10, 1, 11, 12, 30, 2, 20, 21, 22, 23, 31, 32, 33, 3]; // two below each, and 20 below 11 below 10
  for (const [slot, step] of steps.entries()) heap.add(slot, step);
  heap.remove(7); // the 20, whose place the 3 takes
  expect(Array.from({ length: 4 }, () => steps[heap.leave()])).toEqual([0, 1, 2, 3]);
});
