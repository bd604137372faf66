import { test } from "@fast-check/vitest";
import type { Report } from "@tokenyard/report";
import fc from "fast-check";
import { expect } from "vitest";
import { tiny } from "../fixtures/tiny.ts";
import { scenarioChanger } from "../points/scenario-changer.ts";
import { inProcessRunner } from "../runners/in-process-runner.ts";
import { bisect, gridThenBisect, type ThresholdSearch } from "./threshold.ts";

/** A search over the seed with a simulator whose report is the seed; it counts its runs. */
function searchOf(from: number, to: number, predicate: (value: number) => boolean, more: Partial<ThresholdSearch> = {}) {
  const counted = { runs: 0 };
  const runner = inProcessRunner({
    simulate: ({ seed }) => {
      counted.runs++;
      return { seed } as Report;
    },
  });
  const search: ThresholdSearch = {
    from,
    to,
    step: 1,
    pointAt: (value) => ({ parameters: { seed: value }, scenario: { ...tiny, seed: value } }),
    holds: ({ seed }) => predicate(seed),
    runner,
    ...more,
  };
  return { search, counted };
}

const range = fc
  .tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 300 }))
  .map(([from, length]) => [from, from + length] as const);

test.prop([range, fc.integer({ min: 0, max: 400 })])(
  "of a predicate that holds from some value on, bisection finds that value in few runs",
  async ([from, to], threshold) => {
    const { search, counted } = searchOf(from, to, (value) => value >= threshold);
    const found = await bisect(search);
    if (threshold > to) expect(found).toBe(undefined);
    else {
      const value = Math.max(from, threshold);
      expect(found).toMatchObject({ value, report: { seed: value }, below: value === from ? null : value - 1 });
    }
    expect(counted.runs).toBeLessThanOrEqual(2 + Math.ceil(Math.log2(to - from + 1)));
  },
);

test.prop([range, fc.integer({ min: 2, max: 12 }), fc.func(fc.boolean())])(
  "with a grid, it finds a value that holds while the one tried below it does not, and none of the grid below holds",
  async ([from, to], points, predicate) => {
    const { search } = searchOf(from, to, (value) => predicate(value));
    const found = await gridThenBisect({ ...search, points });
    const grid = Array.from({ length: points }, (_, i) => from + Math.floor((i * (to - from)) / (points - 1) + 1e-9));
    const holding = grid.filter((value) => predicate(value));
    if (found === undefined) {
      expect(holding).toEqual([]);
      return;
    }
    expect(predicate(found.value)).toBe(true);
    if (found.below !== null) {
      expect(found.below).toBe(found.value - 1);
      expect(predicate(found.below)).toBe(false);
    }
    expect(found.value).toBeLessThanOrEqual(Math.min(...holding));
    for (const value of grid) if (value < found.value) expect(predicate(value)).toBe(false);
  },
);

test("what holds, fails and holds again is seen by the grid", async () => {
  const { search } = searchOf(0, 100, (value) => (value >= 30 && value < 60) || value >= 90);
  expect((await gridThenBisect({ ...search, points: 11 }))?.value).toBe(30);
});

test("without a step the search ends within its tolerance", async () => {
  const { search } = searchOf(0, 1, (value) => value >= 1 / 3, { tolerance: 1e-4 });
  const { step: _, ...continuous } = search;
  const found = (await bisect(continuous))!;
  expect(found.value).toBeGreaterThanOrEqual(1 / 3);
  expect(found.value - 1 / 3).toBeLessThanOrEqual(1e-4);
  expect(found.below!).toBeLessThan(1 / 3);
});

test("a value without a report does not hold", async () => {
  const change = scenarioChanger(tiny);
  const found = await gridThenBisect({
    from: 1,
    to: 4,
    step: 1,
    points: 4,
    pointAt: (tensor) => ({ parameters: { tensor }, scenario: change({ "parallelism.tensor": tensor }) }),
    holds: ({ gpus }) => gpus >= 5,
  });
  expect(found).toMatchObject({ value: 4, report: { gpus: 8 } }); // 2 × 4 ranks; tensor 3 does not divide 4 heads
  expect(found!.tried).toContainEqual({ value: 3, holds: false });
});

test("a search that is stopped finds nothing", async () => {
  const controller = new AbortController();
  controller.abort();
  const { search } = searchOf(0, 10, () => true, { signal: controller.signal });
  expect(await bisect(search)).toBe(undefined);
});
