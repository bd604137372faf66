import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { spreadText, stepOf } from "./precision.ts";

const interval = (low: number, high: number) => ({ low, high });

test("a mean is worth the place of the first digit of its half interval, or of the second after a 1", () => {
  expect(stepOf(17.1, interval(16.7, 17.5))).toBe(0.1); // ± 0.4
  expect(stepOf(100, interval(87, 113))).toBe(1); // ± 13
  expect(stepOf(9481, interval(9181, 9781))).toBe(100); // ± 300
  expect(stepOf(2, interval(1.6, 5))).toBe(0.1); // the lesser side is 0.4
  expect(stepOf(2000, interval(210, 19_000))).toBe(100); // 2000 − 1800, which is not 0
  expect(stepOf(-0.017, interval(-0.031, -0.003))).toBe(0.001);
  expect([stepOf(3, null), stepOf(3, interval(3, 3))]).toEqual([0, 0]);
});

test("a spread is one half, both sides where one is wider or reads otherwise, or the lower end where nothing bounds it above", () => {
  const text = (amount: number) => amount.toFixed(1);
  expect(spreadText(10, interval(9.6, 10.4), text)).toBe("± 0.4");
  expect(spreadText(2, interval(0.8, 5), text)).toBe("−1.2 +3.0");
  expect(spreadText(2, interval(1.96, 2.02), text)).toBe("± 0.0");
  expect([null, Number.POSITIVE_INFINITY].map((high) => spreadText(2, { low: 1.84, high }, text))).toEqual([
    "at least 1.8",
    "at least 1.8",
  ]);
  expect([spreadText(2, null, text), spreadText(2, interval(2, 2), text)]).toEqual(["", ""]);
});

test.prop([fc.double({ min: 1e-9, max: 1e12, noNaN: true }), fc.double({ min: 1e-6, max: 0.9, noNaN: true })])(
  "the step is a power of ten, no more than the half interval and more than a hundredth of it",
  (mean, share) => {
    const half = mean * share;
    const step = stepOf(mean, interval(mean - half, mean + half));
    expect(step).toBe(Number(`1e${Math.round(Math.log10(step))}`));
    expect(step).toBeLessThanOrEqual(half * 1.1);
    expect(step).toBeGreaterThan(half / 100);
  },
);
