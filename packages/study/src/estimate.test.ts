import { test } from "@fast-check/vitest";
import { normal, Streams } from "@tokenyard/random";
import fc from "fast-check";
import { expect } from "vitest";
import { estimateOf, relativeHalfWidth } from "./estimate.ts";

test("mean, standard deviation and interval by hand", () => {
  // 2, 4, 6: mean 4, squares 4 + 0 + 4 over 2 → sd 2; t(2 degrees) = 4.3027; half = 4.3027 · 2 / √3 = 4.968
  const estimate = estimateOf([2, 4, 6])!;
  expect(estimate).toMatchObject({ count: 3, mean: 4, standardDeviation: 2 });
  expect(estimate.interval!.low).toBeCloseTo(4 - 4.968, 3);
  expect(estimate.interval!.high).toBeCloseTo(4 + 4.968, 3);
  expect(relativeHalfWidth(estimate)).toBeCloseTo(4.968 / 4, 3);
});

test("one observation has no interval, none no estimate, and equal ones an interval without width", () => {
  expect(estimateOf([])).toBe(undefined);
  expect(estimateOf([3])).toEqual({ count: 1, mean: 3, standardDeviation: null, interval: null });
  expect(relativeHalfWidth(estimateOf([3])!)).toBe(Number.POSITIVE_INFINITY);
  expect(estimateOf([0, 0])!.interval).toEqual({ low: 0, high: 0 });
  expect(relativeHalfWidth(estimateOf([0, 0])!)).toBe(0);
});

test.each([2, 3, 10])("of %i normal observations, 95 of 100 intervals hold the true mean", (count) => {
  const stream = new Streams(11).stream(`coverage/${count}`);
  const studies = 4000;
  let held = 0;
  for (let i = 0; i < studies; i++) {
    const { low, high } = estimateOf(Array.from({ length: count }, () => 5 + 2 * normal(stream)))!.interval!;
    if (low <= 5 && 5 <= high) held++;
  }
  const sigma = Math.sqrt((0.95 * 0.05) / studies); // 0.0034
  expect(Math.abs(held / studies - 0.95)).toBeLessThan(4 * sigma);
});

test.prop([fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 20 }), fc.integer({ min: -50, max: 50 })])(
  "moving all observations moves the interval and leaves its width",
  (values, shift) => {
    const [a, b] = [estimateOf(values)!, estimateOf(values.map((value) => value + shift))!];
    expect(b.mean).toBeCloseTo(a.mean + shift, 9);
    expect(b.interval!.high - b.interval!.low).toBeCloseTo(a.interval!.high - a.interval!.low, 6);
  },
);
