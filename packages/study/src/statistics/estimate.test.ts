import { test } from "@fast-check/vitest";
import { exp, normal, Streams } from "@tokenyard/random";
import fc from "fast-check";
import { expect } from "vitest";
import { estimateOf } from "./estimate.ts";

test("mean, standard deviation and interval by hand", () => {
  // 2, 4, 6: mean 4, squares 4 + 0 + 4 over 2 → sd 2; t(2 degrees) = 4.3027; half = 4.3027 · 2 / √3 = 4.968
  const estimate = estimateOf([2, 4, 6])!;
  expect(estimate).toMatchObject({ count: 3, mean: 4, standardDeviation: 2 });
  expect(estimate.interval!.low).toBeCloseTo(4 - 4.968, 3);
  expect(estimate.interval!.high).toBeCloseTo(4 + 4.968, 3);
});

test("on a log scale the interval of 2, 4, 6 is its mean times and over e^(4.968 / 4)", () => {
  const { mean, interval } = estimateOf([2, 4, 6], "positive")!;
  expect(mean).toBe(4);
  expect(interval!.low).toBeCloseTo(4 / 3.463, 2); // e^1.242 = 3.463
  expect(interval!.high).toBeCloseTo(4 * 3.463, 2);
});

test.prop([fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 12 })])(
  "the interval of what cannot be below 0 holds the mean and ends above 0, and that of a share not above 1",
  (values) => {
    const { mean, interval } = estimateOf(values, "share")!;
    expect(interval!.low).toBeGreaterThanOrEqual(0);
    if (mean > 1e-300) expect(interval!.low).toBeGreaterThan(0);
    expect(interval!.low).toBeLessThanOrEqual(mean);
    expect(interval!.high).toBeGreaterThanOrEqual(mean);
    expect(interval!.high).toBeLessThanOrEqual(Math.max(1, mean));
  },
);

test.prop([fc.array(fc.double({ min: 1, max: 1.001, noNaN: true }), { minLength: 3, maxLength: 12 })])(
  "where observations are close, the log scale changes nothing that matters",
  (values) => {
    const [linear, log] = [estimateOf(values)!, estimateOf(values, "positive")!];
    const half = linear.interval!.high - linear.mean;
    const matters = half * half + 4 * Number.EPSILON; // of the mean's own size, 1, sums are only exact to a few last digits
    expect(Math.abs(log.interval!.low - linear.interval!.low)).toBeLessThanOrEqual(matters);
    expect(Math.abs(log.interval!.high - linear.interval!.high)).toBeLessThanOrEqual(matters);
  },
);

test("of eight skewed observations, as latencies are, the log scale holds the true mean more often than the plain one", () => {
  const stream = new Streams(5).stream("coverage/lognormal");
  const studies = 4000;
  const held = { any: 0, positive: 0 };
  for (let i = 0; i < studies; i++) {
    const values = Array.from({ length: 8 }, () => exp(normal(stream) - 1 / 2)); // of mean 1
    for (const range of ["any", "positive"] as const) {
      const { low, high } = estimateOf(values, range)!.interval!;
      if (low <= 1 && 1 <= high) held[range]++;
    }
  }
  expect(held.positive / studies).toBeGreaterThan(held.any / studies);
  expect(held.positive / studies).toBeGreaterThan(0.88);
});

test("one observation has no interval, none no estimate, and equal ones an interval without width", () => {
  expect(estimateOf([])).toBe(undefined);
  expect(estimateOf([3])).toEqual({ count: 1, mean: 3, standardDeviation: null, interval: null });
  expect(estimateOf([0, 0])!.interval).toEqual({ low: 0, high: 0 });
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
