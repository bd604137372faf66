import { test } from "@fast-check/vitest";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { nsFromSeconds, secondsFromNs, TimeOverflow } from "./time.ts";

const wholeNs = fc.integer({ min: 0, max: 2 ** 50 });

describe("nsFromSeconds", () => {
  test("rounds to the nearest nanosecond, halves up", () => {
    expect(nsFromSeconds(0)).toBe(0);
    expect(nsFromSeconds(1.5)).toBe(1_500_000_000);
    expect(nsFromSeconds(0.4e-9)).toBe(0);
    expect(nsFromSeconds(0.5e-9)).toBe(1); // a half goes up
    expect(nsFromSeconds(2.5e-9)).toBe(3);
    expect(nsFromSeconds(2.4e-9)).toBe(2);
  });

  test("gives 0 for −0, not −0", () => {
    expect(Object.is(nsFromSeconds(-0), 0)).toBe(true);
  });

  test.prop([wholeNs])("gives back the nanoseconds that secondsFromNs was given", (ns) => {
    expect(nsFromSeconds(secondsFromNs(ns))).toBe(ns);
  });

  test.prop([wholeNs, wholeNs])("never turns a longer time into a shorter one", (a, b) => {
    const [less, more] = a < b ? [a, b] : [b, a];
    expect(nsFromSeconds(less / 1e10)).toBeLessThanOrEqual(nsFromSeconds(more / 1e10));
  });

  test.prop([fc.double({ min: 1e-12, max: 1e6, noNaN: true })])(
    "is off by at most half a nanosecond and the rounding of the product",
    (seconds) => {
      expect(Math.abs(nsFromSeconds(seconds) - seconds * 1e9)).toBeLessThanOrEqual(0.5);
    },
  );

  for (const seconds of [-1e-9, -1e-30, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 9_007_200]) {
    test(`refuses ${seconds} s and says so`, () => {
      expect(() => nsFromSeconds(seconds)).toThrow(RangeError);
      expect(() => nsFromSeconds(seconds)).toThrow(`${seconds} s`);
    });
  }

  test("distinguishes too long a time from what is none", () => {
    expect(() => nsFromSeconds(9_007_200)).toThrow(TimeOverflow);
    expect(() => nsFromSeconds(Number.POSITIVE_INFINITY)).toThrow(TimeOverflow);
    expect(() => nsFromSeconds(Number.NaN)).not.toThrow(TimeOverflow);
    expect(() => nsFromSeconds(-9_007_200)).not.toThrow(TimeOverflow);
  });

  test("takes the last safe integer of nanoseconds", () => {
    expect(nsFromSeconds(9_007_199)).toBe(9_007_199_000_000_000);
  });
});
