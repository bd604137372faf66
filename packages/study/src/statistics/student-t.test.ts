import { test } from "@fast-check/vitest";
import quantile from "@stdlib/stats-base-dists-t-quantile";
import fc from "fast-check";
import { expect } from "vitest";
import { studentT } from "./student-t.ts";

test("t of 95 % intervals, as tables have them", () => {
  // Abramowitz and Stegun, table 26.10, Q = 0.975
  const table: readonly (readonly [number, number])[] = [
    [1, 12.706],
    [2, 4.303],
    [4, 2.776],
    [9, 2.262],
    [30, 2.042],
    [120, 1.98],
  ];
  for (const [degrees, t] of table) expect(studentT(degrees, 0.05)).toBeCloseTo(t, 3);
});

test.prop([fc.integer({ min: 1, max: 5000 }), fc.double({ min: 1e-4, max: 0.9, noNaN: true })])(
  "t is that of an independent library",
  (degrees, both) => {
    const expected = quantile(1 - both / 2, degrees);
    expect(Math.abs(studentT(degrees, both) - expected)).toBeLessThan(1e-7 * Math.max(1, Math.abs(expected)));
  },
);

test("with one degree it is the tangent, with two a root", () => {
  expect(studentT(1, 0.5)).toBeCloseTo(1, 12); // tan(π/4)
  expect(studentT(2, 0.5)).toBeCloseTo(Math.sqrt(2 / 3), 12); // (2p − 1) √(2 / (1 − (2p − 1)²)), p = 3/4
});
