import { test } from "@fast-check/vitest";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { Streams } from "../streams.ts";
import { expectLaw } from "./goodness-of-fit.contract.ts";
import { uniformInteger } from "./uniform-integer.ts";

describe("uniformInteger", () => {
  test("throws a fair die", () => {
    const stream = new Streams(1).stream("die");
    expectLaw(() => uniformInteger(stream, 1, 6), 1, new Array<number>(6).fill(1 / 6));
  });

  test("is fair where floor(u·count) would not be: among 3·2⁵¹ numbers a third are multiples of 3", () => {
    const stream = new Streams(1).stream("thirds");
    expectLaw(() => uniformInteger(stream, 0, 3 * 2 ** 51 - 1) % 3, 0, [1 / 3, 1 / 3, 1 / 3]); // 2⁵³ values over 3·2⁵¹ cells would fall 2, 1, 1
  });

  const safe = fc.maxSafeInteger();
  test.prop([safe, fc.integer({ min: 0, max: 2 ** 52 }), fc.nat()])(
    "gives a whole number from one end to the other",
    (from, width, seed) => {
      const to = Math.min(Number.MAX_SAFE_INTEGER, from + width);
      const x = uniformInteger(new Streams(seed).stream("ends"), from, to);
      expect(Number.isInteger(x)).toBe(true);
      expect(x >= from && x <= to).toBe(true);
    },
  );

  test("gives both ends, and the only number of a range of one", () => {
    const stream = new Streams(1).stream("ends");
    expect(new Set(Array.from({ length: 50 }, () => uniformInteger(stream, -1, 1)))).toEqual(new Set([-1, 0, 1]));
    expect(uniformInteger(stream, 7, 7)).toBe(7);
  });

  test("refuses an empty range, fractions, and more numbers than there are", () => {
    const stream = new Streams(1).stream("wrong");
    for (const [from, to] of [
      [2, 1],
      [0.5, 3],
      [0, Number.NaN],
      [0, Number.POSITIVE_INFINITY],
      [-(2 ** 53) + 1, 2 ** 53 - 1],
    ] as const) {
      expect(() => uniformInteger(stream, from, to)).toThrow(`from ${from} to ${to}`);
    }
  });
});
