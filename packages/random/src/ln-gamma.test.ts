import { test } from "@fast-check/vitest";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { lnGamma } from "./ln-gamma.ts";
import { exp, ln } from "./portable-math.ts";

describe("the logarithm of gamma", () => {
  test.prop([fc.integer({ min: 1, max: 1000 })])("of a whole number is that of the factorial before it", (n) => {
    let sum = 0;
    for (let i = 2; i < n; i++) sum += ln(i);
    expect(Math.abs(lnGamma(n) - sum)).toBeLessThan(1e-14 * Math.max(40, sum));
  });

  test.prop([fc.double({ min: 1e-3, max: 100, noNaN: true })])("grows by ln x from x to x + 1", (x) => {
    expect(Math.abs(lnGamma(x + 1) - lnGamma(x) - ln(x))).toBeLessThan(1e-12);
  });

  test("at one half is that of √π, and at one and a half that of √π/2", () => {
    expect(exp(lnGamma(0.5))).toBeCloseTo(1.772453850905516, 12);
    expect(exp(lnGamma(1.5))).toBeCloseTo(0.886226925452758, 12);
  });
});
