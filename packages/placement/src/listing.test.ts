import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { divisorsOf, listed, nearest } from "./listing.ts";

describe("a listing", () => {
  test("puts `or` before the last", () => {
    expect(listed([1, 2, 4, 8, 16], 6)).toBe("1, 2, 4, 8 or 16");
    expect(listed([1], 6)).toBe("1");
  });

  test("of many values keeps those around the one given", () => {
    const values = divisorsOf(720_720); // 240 of them
    expect(listed(values, 100)).toBe("among others 80, 84, 88, 90, 91, 99, 104, 105, 110, 112, 117 or 120");
    expect(listed(values, 1)).toBe("among others 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 or 12");
    expect(listed(values, 1e9)).toMatch(/ or 720720$/);
  });

  test("finds the divisors of a number, rising, as trying each does", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2000 }), (number) => {
        const tried = Array.from({ length: number }, (_, i) => i + 1).filter((divisor) => number % divisor === 0);
        expect(divisorsOf(number)).toEqual(tried);
      }),
    );
  });

  test("names the nearest value, of two the smaller", () => {
    expect([nearest([2, 4, 8], 7), nearest([2, 4, 8], 3), nearest([2, 4, 8], 100), nearest([], 1)]).toEqual([8, 2, 8, undefined]);
  });
});
