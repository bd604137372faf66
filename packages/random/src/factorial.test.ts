import { test } from "@fast-check/vitest";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { lnFactorial, stirlingError } from "./factorial.ts";
import { ln } from "./portable-math.ts";

describe("lnFactorial", () => {
  test("is the sum of the logarithms, up to 2000", () => {
    let sum = 0;
    for (let n = 0; n <= 2000; n++) {
      if (n > 1) sum += ln(n);
      expect(Math.abs(lnFactorial(n) - sum)).toBeLessThanOrEqual(1e-14 * Math.max(1, sum));
    }
  });

  test("is ln 120 at 5", () => {
    expect(lnFactorial(5)).toBeCloseTo(ln(120), 14);
  });

  test.prop([fc.integer({ min: 1, max: 2 ** 40 })])("grows by ln n from n − 1 to n", (n) => {
    const size = Math.max(1, lnFactorial(n));
    expect(Math.abs(lnFactorial(n) - lnFactorial(n - 1) - ln(n))).toBeLessThanOrEqual(1e-15 * size + 1e-14);
  });
});

describe("stirlingError", () => {
  test.prop([fc.integer({ min: 1, max: 300 })])(
    "falls from n to n + 1 by (n + ½)·ln(1 + 1/n) − 1, across the end of its table, too",
    (n) => {
      const z = 1 / (2 * n + 1); // (n + ½)·ln((1 + z)/(1 − z)) − 1 = z²/3 + z⁴/5 + …
      let fall = 0;
      for (let j = 200; j >= 1; j--) fall = (fall + 1 / (2 * j + 1)) * z * z;
      expect(Math.abs(stirlingError(n) - stirlingError(n + 1) - fall)).toBeLessThan(3e-16);
    },
  );
});
