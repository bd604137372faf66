import { fc, test as law } from "@fast-check/vitest";
import { expect, test } from "vitest";
import { averageOf, rateOf } from "./rate.ts";

function windowOf(values: readonly number[], everyMs: number, rangeMs: number) {
  return { ring: Float64Array.from(values), first: 0, stride: 1, count: values.length, everyMs, rangeMs };
}

test("a rate is drawn out to the begin of its window by half a step where no sample is near, and not below zero", () => {
  expect(rateOf(windowOf([100, 150, 200], 5_000, 10_000))).toBe(10); // 100 in 10 s
  expect(rateOf(windowOf([100, 150], 5_000, 30_000))).toBe((50 * (5 + 2.5)) / 5 / 30); // 25 s are missing: half a step for them
  expect(rateOf(windowOf([10, 60], 5_000, 30_000))).toBe((50 * (5 + 1)) / 5 / 30); // it was zero a second before
  expect(rateOf(windowOf([0, 50], 5_000, 30_000))).toBe(50 / 30); // it was zero then
  expect(rateOf(windowOf([7], 5_000, 30_000))).toBeNaN();
});

test("a counter that falls has begun again from zero", () => {
  expect(rateOf(windowOf([50, 70, 10], 5_000, 10_000))).toBe(3); // 20, and 10 since
  expect(rateOf(windowOf([10, 30, 3, 8, 4], 5_000, 20_000))).toBe(1.6); // 20, 3 and 5, and 4: twice
});

law.prop([fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 1, max: 1e4 }), fc.integer({ min: 2, max: 20 })])(
  "a counter that rises alike has that rate, wherever in its ring the window begins",
  (from, each, count) => {
    const ring = Float64Array.from({ length: count }, (_, i) => from + each * i);
    for (let first = 0; first < count; first++) {
      const turned = Float64Array.from(ring, (_, i) => ring[(i - first + count) % count]!);
      const rate = rateOf({ ring: turned, first, stride: 1, count, everyMs: 1_000, rangeMs: (count - 1) * 1_000 });
      expect(rate).toBeCloseTo(each, 9);
    }
  },
);

law.prop([fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 50 })])(
  "an average lies between the least and the most, and is their sum over their number",
  (values) => {
    const average = averageOf(windowOf(values, 1_000, 60_000));
    const slack = 1e-6 * Math.max(1, ...values.map(Math.abs));
    expect(average).toBeGreaterThanOrEqual(Math.min(...values) - slack);
    expect(average).toBeLessThanOrEqual(Math.max(...values) + slack);
    expect(Math.abs(average - values.reduce((sum, value) => sum + value, 0) / values.length)).toBeLessThanOrEqual(slack);
  },
);
