import { expect, test } from "vitest";
import { inSlices } from "./slices.ts";

/** A run of `events` events that each take `eventMs` of a clock of its own, and the sizes of the slices that it was given. */
function counted(events: number, eventMs: number) {
  const slices: number[] = [];
  let left = events;
  let ms = 0;
  const advance = (maxEvents: number) => {
    slices.push(maxEvents);
    const done = Math.min(left, maxEvents);
    left -= done;
    ms += done * eventMs;
    return left > 0;
  };
  return { advance, slices, nowMs: () => ms };
}

test("slices double while they take less than half of their time, and halve when they take more than it", async () => {
  const run = counted(16 + 32 + 4 * 64, 0.5); // 8, 16 and 32 ms
  await inSlices(run, { nowMs: run.nowMs, pause: async () => {}, sliceMs: 50 });
  expect(run.slices).toEqual([16, 32, 64, 64, 64, 64]); // 32 ms is no longer less than half
});

test("a slice that takes too long is halved, down to one event", async () => {
  const run = counted(16 + 8 + 4 + 2 + 1 + 1, 100);
  await inSlices(run, { nowMs: run.nowMs, pause: async () => {} });
  expect(run.slices).toEqual([16, 8, 4, 2, 1, 1]);
});

test("between and pause are called after every slice but the last, in this order, and what pause throws ends the run", async () => {
  const run = counted(100, 0);
  const calls: string[] = [];
  const pause = async () => {
    calls.push("pause");
    if (calls.length === 4) throw new Error("enough");
  };
  await expect(inSlices(run, { nowMs: run.nowMs, pause, between: (ms) => calls.push(`between ${ms}`) })).rejects.toThrow("enough");
  expect(calls).toEqual(["between 0", "pause", "between 0", "pause"]);
  expect(run.slices).toEqual([16, 32]);
});
