import { test } from "@fast-check/vitest";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { Upcoming } from "./upcoming.ts";

describe("what is upcoming", () => {
  const anyStep = fc.oneof(fc.record({ add: fc.nat(5) }), fc.constant("take" as const), fc.record({ remove: fc.nat(20) }));
  test.prop([fc.array(anyStep, { maxLength: 60 })])(
    "comes soonest first, and of one instant first what was added first, whatever is taken out",
    (steps) => {
      const upcoming = new Upcoming<number>();
      const list: { timeNs: number; thing: number }[] = []; // the slow way: sorted each time
      for (const [thing, step] of steps.entries()) {
        expect(upcoming.nextNs).toBe(list[0]?.timeNs ?? Number.POSITIVE_INFINITY);
        if (step === "take") {
          if (list.length > 0) expect(upcoming.take()).toBe(list.shift()?.thing);
        } else if ("remove" in step) {
          upcoming.remove(step.remove); // which may not be there
          const at = list.findIndex((each) => each.thing === step.remove);
          if (at >= 0) list.splice(at, 1);
        } else {
          upcoming.add(step.add, thing);
          list.push({ timeNs: step.add, thing });
          list.sort((a, b) => a.timeNs - b.timeNs || a.thing - b.thing);
        }
      }
      while (list.length > 0) expect(upcoming.take()).toBe(list.shift()?.thing);
      expect(upcoming.nextNs).toBe(Number.POSITIVE_INFINITY);
    },
  );
});
