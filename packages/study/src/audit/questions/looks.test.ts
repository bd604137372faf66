import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { estimateOf } from "../../statistics/estimate.ts";
import { decidingInterval, looksUpTo } from "./looks.ts";

test("looks double from 3 up to the most, which is one of them", () => {
  expect(looksUpTo(24)).toEqual([3, 6, 12, 24]);
  expect(looksUpTo(20)).toEqual([3, 6, 12, 20]);
  expect(looksUpTo(3)).toEqual([3]);
  expect(looksUpTo(2)).toEqual([2]);
});

test("three values 1, 2, 3 decide at one of four looks by t(2, 1 − 0.0125/2) = 8.860 standard errors", () => {
  const { low, high } = decidingInterval(estimateOf([1, 2, 3])!, 4)!;
  expect((high - low) / 2 / Math.sqrt(1 / 3)).toBeCloseTo(8.86, 2);
  expect((high + low) / 2).toBeCloseTo(2, 12);
});

test("one value decides nothing", () => {
  expect(decidingInterval(estimateOf([5])!, 4)).toBeUndefined();
});

test.prop([fc.array(fc.double({ min: 0, max: 1e3, noNaN: true }), { minLength: 2, maxLength: 24 }), fc.integer({ min: 1, max: 6 })])(
  "what decides at one of several looks holds the 95 % interval, and is it at a single one",
  (values, looks) => {
    const estimate = estimateOf(values)!;
    const { low, high } = decidingInterval(estimate, looks)!;
    expect(low).toBeLessThanOrEqual(estimate.interval!.low);
    expect(high).toBeGreaterThanOrEqual(estimate.interval!.high);
    if (looks === 1) expect({ low, high }).toEqual(estimate.interval);
  },
);
