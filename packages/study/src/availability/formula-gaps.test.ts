import { expect, test } from "vitest";
import { formulaGaps } from "./formula-gaps.ts";
import type { Outcome } from "./outcome.ts";

const estimate = (mean: number, half: number) => ({
  count: 200,
  mean,
  standardDeviation: half * 7,
  interval: { low: mean - half, high: mean + half },
});

const outcome = (whole: number) =>
  ({
    formula: { causes: [], capacity: 0.95, serving: null, whole },
    capacity: estimate(0.95, 0.001),
    serving: estimate(1, 0),
    whole: estimate(0.824, 0.004),
    longestOfAllSeconds: 8000,
  }) as unknown as Outcome;

test("a formula beyond three half-widths of the years is named with both numbers", () => {
  expect(formulaGaps(outcome(0.793))).toEqual([
    "time all of the plan serves: the formula gives 79.3 %, the drawn years 82.4 %; trust the years, the formula leaves out overlaps",
  ]);
});

test("within three half-widths, or a twentieth of what is lost, nothing is said", () => {
  expect(formulaGaps(outcome(0.835))).toEqual([]); // 0.011 < 0.012
  expect(formulaGaps({ ...outcome(0.831), whole: estimate(0.824, 0.001) } as Outcome)).toEqual([]); // 0.007 < 0.0088
});

test("outages that are too rare for the drawn years contradict no formula, and numbers that do show where they differ", () => {
  const served = (serving: number) => {
    const { formula, ...rest } = outcome(0.835);
    return formulaGaps({ ...rest, formula: { ...formula, serving } } as Outcome);
  };
  expect(served(1 - 1e-14)).toEqual([]);
  expect(served(1 - 4e-6)).toEqual([]); // 3.2 outages of 8,000 s in 200 years
  expect(served(1 - 5e-6)).toEqual([expect.stringContaining("the formula gives 99.9995 %, the drawn years 100 %")]); // 3.9
});
