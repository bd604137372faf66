import { test } from "@fast-check/vitest";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { Streams } from "../streams.ts";
import { countingStream, expectLaw } from "./goodness-of-fit.contract.ts";
import { zipf, zipfWeights } from "./zipf.ts";

describe("zipfWeights", () => {
  test("of exponent 1 over four ranks are 12, 6, 4 and 3 parts of 25", () => {
    const weights = [...zipfWeights(4, 1)];
    for (const [i, parts] of [12, 6, 4, 3].entries()) expect(weights[i]).toBeCloseTo(parts / 25, 15);
  });

  test.prop([fc.integer({ min: 1, max: 300 }), fc.double({ min: 0, max: 4, noNaN: true })])(
    "sum to 1 and never rise",
    (count, exponent) => {
      const weights = zipfWeights(count, exponent);
      expect(weights.reduce((sum, weight) => sum + weight)).toBeCloseTo(1, 12);
      for (let i = 1; i < count; i++) expect(weights[i]).toBeLessThanOrEqual(weights[i - 1]!);
    },
  );

  test("of exponent 0 are equal", () => {
    expect([...zipfWeights(5, 0)]).toEqual([0.2, 0.2, 0.2, 0.2, 0.2]);
  });
});

describe("zipf", () => {
  for (const [count, exponent] of [
    [1, 1.2],
    [2, 0.7],
    [10, 0],
    [50, 0.5],
    [200, 1],
    [200, 1 + 1e-12],
    [1000, 1.2],
    [30, 3],
  ] as const) {
    test(`over ${count} ranks with exponent ${exponent} draws each rank as often as its weight`, () => {
      const stream = new Streams(1).stream(`zipf/${count}/${exponent}`);
      expectLaw(() => zipf(stream, count, exponent), 1, [...zipfWeights(count, exponent)]);
    });
  }

  test("rejects what its shortcut does not decide: over 30 ranks with exponent 3, in many draws", () => {
    const stream = new Streams(1).stream("rejection");
    expectLaw(() => zipf(stream, 30, 3), 1, [...zipfWeights(30, 3)], 300_000); // the shortcut leaves 6 % of the ranks above 2 open
  });

  test("over 1e15 ranks costs no more draws than over 10", () => {
    const stream = countingStream(new Streams(1).stream("many"));
    for (let i = 0; i < 1000; i++) expect(zipf(stream, 1e15, 1.1)).toBeLessThanOrEqual(1e15);
    expect(stream.drawn).toBeLessThan(2000);
  });

  test("refuses a count below 1, a fraction, and a negative exponent", () => {
    const stream = new Streams(1).stream("wrong");
    expect(() => zipf(stream, 0, 1)).toThrow("zipf over 0 ranks");
    expect(() => zipf(stream, 2.5, 1)).toThrow("zipf over 2.5 ranks");
    expect(() => zipf(stream, 3, -1)).toThrow("exponent -1");
  });
});
