import { test } from "@fast-check/vitest";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { binomialProbabilities } from "../exact-probability.contract.ts";
import { exp } from "../portable-math.ts";
import { lnBinomialProbability } from "../probability.ts";
import { Streams } from "../streams.ts";
import { binomial } from "./binomial.ts";
import { counted, expectLaw, expectMoments, expectShares, NORMAL_DECILES, TENTHS } from "./goodness-of-fit.contract.ts";
import { tableWidth } from "./ratio-of-uniforms.ts";

describe("binomial", () => {
  for (const [n, a] of [
    [1, 20],
    [2, 63],
    [10, 32],
    [40, 3],
    [79, 16], // mean 19.75, counted up
    [81, 16], // mean 20.25, rejected
    [300, 60],
    [500, 32],
    [1000, 5],
  ] as const) {
    test(`of ${n} trials at ${a}/64 follows the exact probabilities`, () => {
      const stream = new Streams(1).stream(`binomial/${n}/${a}`);
      expectLaw(() => binomial(stream, n, a / 64), 0, binomialProbabilities(n, a, 64), 40_000);
    });
  }

  test("of 1e12 trials at 5e-11 is Poisson's law of mean 50", () => {
    const stream = new Streams(1).stream("rare");
    const probabilities = [Math.exp(-50)];
    for (let k = 1; k < 120; k++) probabilities.push((probabilities[k - 1]! * 50) / k);
    expectLaw(() => binomial(stream, 1e12, 5e-11), 0, probabilities, 40_000);
  });

  test("of 1e12 trials at 3e-12 is Poisson's law of mean 3", () => {
    const stream = new Streams(1).stream("rarer");
    const probabilities = [Math.exp(-3)];
    for (let k = 1; k < 40; k++) probabilities.push((probabilities[k - 1]! * 3) / k);
    expectLaw(() => binomial(stream, 1e12, 3e-12), 0, probabilities);
  });

  for (const p of [0.3, 0.5, 0.999]) {
    test(`of 1e12 trials at ${p} has the normal's deciles and moments`, () => {
      const stream = new Streams(1).stream(`normal/${p}`);
      const mean = 1e12 * p;
      const deviation = Math.sqrt(1e12 * p * (1 - p));
      expectShares(() => (binomial(stream, 1e12, p) - mean) / deviation, NORMAL_DECILES, TENTHS); // skewness is 1e-6
      expectMoments(() => binomial(stream, 1e12, p), mean, deviation);
    });
  }

  test("of no trials, or at probability 0, is 0, and at probability 1 is n", () => {
    const stream = new Streams(1).stream("edges");
    for (const p of [0, 0.3, 1]) expect(binomial(stream, 0, p)).toBe(0);
    for (const n of [1, 100, 1e12]) {
      expect(binomial(stream, n, 0)).toBe(0);
      expect(binomial(stream, n, 1)).toBe(n);
    }
  });

  const trials = fc.oneof(fc.integer({ min: 0, max: 500 }), fc.maxSafeNat());
  test.prop([trials, fc.double({ min: 0, max: 1, noNaN: true }), fc.nat()])(
    "is a whole number from 0 to n, drawn at a cost that n does not raise",
    (n, p, seed) => {
      const stream = counted(new Streams(seed).stream("range"));
      const k = binomial(stream, n, p);
      expect(Number.isInteger(k)).toBe(true);
      expect(k >= 0 && k <= n).toBe(true);
      expect(stream.drawn).toBeLessThan(60); // each try keeps more than half and takes two
    },
  );

  test("refuses trials that are not whole and probabilities that are none", () => {
    const stream = new Streams(1).stream("wrong");
    expect(() => binomial(stream, -1, 0.5)).toThrow("of -1 trials with probability 0.5");
    expect(() => binomial(stream, 1.5, 0.5)).toThrow(RangeError);
    expect(() => binomial(stream, 3, 1.01)).toThrow("probability 1.01");
    expect(() => binomial(stream, 3, Number.NaN)).toThrow(RangeError);
  });

  const laws = fc.record({ n: fc.integer({ min: 2, max: 1000 }), p: fc.double({ min: 0.001, max: 0.5, noNaN: true }) });
  test.prop([laws])("lies under its table, wherever the table is used", ({ n, p }) => {
    const mean = n * p;
    const peak = lnBinomialProbability(Math.floor((n + 1) * p), n, p);
    for (let k = 0; k <= n; k++) {
      const height = exp((lnBinomialProbability(k, n, p) - peak) / 2); // the largest u that keeps k
      expect(height).toBeLessThan(1 + 1e-9);
      const reach = Math.max(Math.abs(k - mean - 0.5), Math.abs(k + 0.5 - mean)); // farthest point that is cut to k
      expect(reach * height).toBeLessThan(tableWidth(mean * (1 - p)) / 2);
    }
  });
});
