import fc from "fast-check";
import { expect, test } from "vitest";
import { batchInterval, studentQuantile } from "./batch-interval.ts";

test("Student's quantiles are those of tables", () => {
  const known = [
    [9, 2.262157],
    [19, 2.093024],
    [29, 2.04523],
    [39, 2.022691],
  ] as const;
  for (const [degrees, t] of known) expect(Math.abs(studentQuantile(degrees) / t - 1)).toBeLessThan(2e-4);
});

test("ten batches of a hundred copies, half of which drop 8 and half 12: 10 % within 2.262 standard errors of 2 %/3", () => {
  const dropped = Float64Array.from({ length: 10 }, (_, b) => (b % 2 === 0 ? 8 : 12));
  const { low, high } = batchInterval({ microBatches: 1, routed: new Float64Array(10).fill(100), dropped })!;
  // squares 10 · 2² = 40; error √(10/9 · 40)/1000 = 0.006667
  expect(low).toBeCloseTo(0.1 - 2.2622 * 0.006667, 4);
  expect(high).toBeCloseTo(0.1 + 2.2622 * 0.006667, 4);
});

test("it lies around the share, within 0 and 1, has no width where batches drop alike, and is none of few batches", () => {
  const batch = fc.tuple(fc.integer({ min: 1, max: 1000 }), fc.nat(100));
  fc.assert(
    fc.property(fc.array(batch, { minLength: 1, maxLength: 40 }), (batches) => {
      const routed = Float64Array.from(batches, ([n]) => n);
      const dropped = Float64Array.from(batches, ([n, percent]) => Math.floor((n * percent) / 100));
      const interval = batchInterval({ microBatches: 1, routed, dropped });
      if (batches.length < 10) {
        expect(interval).toBeNull();
        return;
      }
      const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
      const share = sum(dropped) / sum(routed);
      expect(interval!.low).toBeLessThanOrEqual(share);
      expect(interval!.high).toBeGreaterThanOrEqual(share);
      expect(interval!.low).toBeGreaterThanOrEqual(0);
      expect(interval!.high).toBeLessThanOrEqual(1);
      const alike = batchInterval({ microBatches: 1, routed, dropped: routed.map((n) => n / 4) })!;
      expect(alike.high - alike.low).toBeLessThan(1e-9);
    }),
  );
});

test("ten batches that drop 0 to 90 of 1,000 copies have the interval that the page works out", () => {
  const dropped = Float64Array.from({ length: 10 }, (_, b) => 10 * b);
  const { low, high } = batchInterval({ routed: new Float64Array(10).fill(1000), dropped } as Parameters<typeof batchInterval>[0])!;
  expect((high + low) / 2).toBeCloseTo(0.045, 12);
  expect((high - low) / 2).toBeCloseTo(0.0217, 4);
});
