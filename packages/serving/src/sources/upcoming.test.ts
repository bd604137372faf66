import { test } from "@fast-check/vitest";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { Upcoming } from "./upcoming.ts";

describe("what is upcoming", () => {
  test.prop([fc.array(fc.option(fc.nat(5)))])("comes soonest first, and of one instant first what was added first", (steps) => {
    const upcoming = new Upcoming<number>();
    const list: { timeNs: number; thing: number }[] = []; // the slow way: sorted each time
    for (const [thing, timeNs] of steps.entries()) {
      expect(upcoming.nextNs).toBe(list[0]?.timeNs ?? Number.POSITIVE_INFINITY);
      if (timeNs === null) {
        if (list.length > 0) expect(upcoming.take()).toBe(list.shift()?.thing);
      } else {
        upcoming.add(timeNs, thing);
        list.push({ timeNs, thing });
        list.sort((a, b) => a.timeNs - b.timeNs || a.thing - b.thing);
      }
    }
    while (list.length > 0) expect(upcoming.take()).toBe(list.shift()?.thing);
    expect(upcoming.nextNs).toBe(Number.POSITIVE_INFINITY);
  });
});
