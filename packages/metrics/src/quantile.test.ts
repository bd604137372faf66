import { fc, test as law } from "@fast-check/vitest";
import { expect, test } from "vitest";
import { quantileOf } from "./quantile.ts";

test("observations lie evenly in their bucket", () => {
  expect(quantileOf(0.5, [1, 2, 4], Float64Array.of(10, 20, 20, 20))).toBe(1); // the tenth of 20
  expect(quantileOf(0.75, [1, 2, 4], Float64Array.of(10, 20, 20, 20))).toBe(1.5);
  expect(quantileOf(0.25, [1, 2, 4], Float64Array.of(10, 20, 20, 20))).toBe(0.5); // from zero on
});

test("beyond the last bound it is that bound, and of nothing there is none", () => {
  expect(quantileOf(0.99, [1, 2], Float64Array.of(0, 0, 5))).toBe(2);
  expect(quantileOf(0.99, [1, 2], Float64Array.of(0, 0, 0))).toBeNaN();
});

test("what lies in a first bucket that ends at 0 or below is that bound, and not between it and 0", () => {
  expect(quantileOf(0.5, [0, 2, 4], Float64Array.of(10, 12, 12, 12))).toBe(0);
  expect(quantileOf(0.5, [0, 2, 4], Float64Array.of(0, 12, 12, 12))).toBe(1);
  expect(quantileOf(0.5, [-1, 2, 4], Float64Array.of(10, 12, 12, 12))).toBe(-1); // and of a first one below 0 its bound
  expect(quantileOf(0.9, [-1, 2, 4], Float64Array.of(4, 10, 10, 10))).toBe(1.5); // the fifth of the six between −1 and 2
});

law.prop([fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 3, maxLength: 12 }), fc.double({ min: 0.01, max: 0.99, noNaN: true })])(
  "a quantile lies in the bucket that the exact one lies in",
  (each, q) => {
    fc.pre(each.some((count) => count > 0));
    const bounds = each.slice(1).map((_, i) => i + 1);
    let sum = 0;
    const counts = Float64Array.from(each, (count) => (sum += count));
    const found = quantileOf(q, bounds, counts);
    const at = counts.findIndex((count) => count >= q * sum);
    expect(found).toBeGreaterThanOrEqual(at === bounds.length ? bounds.length : at);
    expect(found).toBeLessThanOrEqual(Math.min(at + 1, bounds.length));
  },
);

test("a rank that a bucket just reaches lies at its bound, though empty buckets follow; without bounds there is none", () => {
  expect(quantileOf(0.5, [1, 2, 4], Float64Array.of(10, 10, 20, 20))).toBe(1); // the tenth of 20, and not 2
  expect(quantileOf(0.5, [1, 2, 4], Float64Array.of(10, 10, 10, 20))).toBe(1); // and not 4, beyond which the others are
  expect(quantileOf(0, [0, 2], Float64Array.of(0, 4, 4))).toBe(0); // a first bucket that ends at 0, with nothing in it
  expect(quantileOf(0.5, [], Float64Array.of(5))).toBeNaN();
});
