import fc from "fast-check";
import { expect, test } from "vitest";
import { axisOf } from "./axis.js";

const value = fc.double({ min: -1e9, max: 1e12, noNaN: true });

test("every value and every tick lies between the ends of the axis, larger ones further on", () => {
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 30 }), (values) => {
      const { place, ticks } = axisOf(values, 100, 900);
      const inside = (place: number) => place >= 100 - 1e-6 && place <= 900 + 1e-6;
      for (const each of [...values, ...ticks]) expect(inside(place(each))).toBe(true);
      const sorted = [...values].sort((a, b) => a - b);
      for (let i = 1; i < sorted.length; i++) expect(place(sorted[i])).toBeGreaterThanOrEqual(place(sorted[i - 1]));
      expect(ticks.length).toBeLessThanOrEqual(14);
    }),
  );
});

test("ticks are round, and those of a wide axis are powers", () => {
  expect(axisOf([0, 1], 0, 1).ticks).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  expect(axisOf([3, 47], 0, 1)).toMatchObject({ isLogarithmic: false, ticks: [10, 20, 30, 40] });
  expect(axisOf([1, 50], 0, 1)).toMatchObject({ isLogarithmic: true, ticks: [1, 2, 5, 10, 20, 50] });
  expect(axisOf([1, 1e4], 0, 1).ticks).toEqual([1, 10, 100, 1000, 10000]);
  expect(axisOf([], 0, 1).ticks).toEqual([]);
});
