import { test } from "@fast-check/vitest";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { compareKeys, createEventQueue, type EventKey } from "./event-queue.ts";

// few times and orders, so that ties are the rule
const keys = fc
  .array(fc.record({ timeNs: fc.integer({ min: 0, max: 5 }), order: fc.integer({ min: 0, max: 2 }) }), { maxLength: 60 })
  .map((list) => list.map((key, sequence): EventKey => ({ ...key, sequence })));

describe("the event queue", () => {
  test.prop([keys])("gives entries back as a sorted array holds them", (entries) => {
    const queue = createEventQueue();
    for (const entry of entries) queue.push(entry);
    const popped = entries.map(() => queue.pop());
    expect(popped).toEqual([...entries].sort((a, b) => a.timeNs - b.timeNs || a.order - b.order || a.sequence - b.sequence));
    expect(queue.pop()).toBeUndefined();
  });

  test.prop([fc.array(fc.option(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 2 }))), { maxLength: 80 })])(
    "agrees with a sorted array when pushes and pops mix",
    (steps) => {
      const queue = createEventQueue();
      const sorted: EventKey[] = [];
      for (const [sequence, step] of steps.entries()) {
        if (step === null) {
          expect(queue.pop()).toEqual(sorted.shift());
        } else {
          const entry = { timeNs: step[0], order: step[1], sequence };
          queue.push(entry);
          sorted.push(entry);
          sorted.sort(compareKeys);
        }
        expect(queue.peek()).toEqual(sorted[0]);
      }
    },
  );

  test("keeps times apart that differ by 1 ns after 100 days", () => {
    const late = 8_640_000_000_000_001;
    expect(compareKeys({ timeNs: late, order: 0, sequence: 0 }, { timeNs: late - 1, order: 9, sequence: 9 })).toBeGreaterThan(0);
  });
});
