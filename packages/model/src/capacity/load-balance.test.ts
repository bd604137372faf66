import fc from "fast-check";
import { expect, test } from "vitest";
import { loadVariance, maxOverMean, varianceOfSums } from "./load-balance.ts";

test("load variance is the population's standard deviation over its mean", () => {
  expect(loadVariance([2, 4, 4, 4, 5, 5, 7, 9])).toBe(0.4); // mean 5, squares 9+1+1+1+0+0+4+16 = 32, √(32/8) = 2, 2/5
  expect(maxOverMean([2, 4, 4, 4, 5, 5, 7, 9])).toBe(1.8); // 9/5
});

test("even loads have no variance", () => {
  expect(loadVariance(new Float64Array(16).fill(7))).toBe(0);
  expect(maxOverMean(new Float64Array(16).fill(7))).toBe(1);
});

test("no copies, no variance", () => {
  expect([loadVariance([0, 0]), maxOverMean([0, 0]), loadVariance([]), maxOverMean([])]).toEqual([0, 0, 0, 0]);
});

test("sums have the load variance of whole counts to the last bit, where there are a power of two of them", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(1, 2, 8, 64, 256),
      fc.constantFrom(1, 30, 5000),
      fc.infiniteStream(fc.double({ noNaN: true, min: 0, max: 1 })),
      (count, most, chances) => {
        const counts = [...chances.take(count)].map((chance) => Math.floor(chance * most));
        const sum = counts.reduce((all, copies) => all + copies, 0);
        const squares = counts.reduce((all, copies) => all + copies * copies, 0);
        expect(varianceOfSums(sum, squares, count) ?? loadVariance(counts)).toBe(loadVariance(counts));
        if (most < 100) expect(varianceOfSums(sum, squares, count)).toBeDefined();
      },
    ),
  );
  expect(varianceOfSums(3, 5, 3)).toBeUndefined();
});

test("all copies on one of E experts have a variance of √(E − 1)", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 256 }), fc.integer({ min: 1, max: 1e6 }), (experts, copies) => {
      const counts = new Float64Array(experts);
      counts[experts - 1] = copies;
      expect(loadVariance(counts)).toBeCloseTo(Math.sqrt(experts - 1), 9);
      expect(maxOverMean(counts)).toBeCloseTo(experts, 9);
    }),
  );
});
