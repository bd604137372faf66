import { test } from "@fast-check/vitest";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { binomialProbabilities, hypergeometricProbabilities } from "../exact-probability.contract.ts";
import { exp } from "../portable-math.ts";
import { lnHypergeometricProbability } from "../probability.ts";
import { Streams } from "../streams.ts";
import { countingStream, expectLaw, expectMoments, expectShares, NORMAL_DECILES, TENTHS } from "./goodness-of-fit.contract.ts";
import { hypergeometric } from "./hypergeometric.ts";
import { tableWidth } from "./ratio-of-uniforms.ts";

describe("hypergeometric", () => {
  for (const [good, bad, draws] of [
    [3, 5, 4], // one by one, over the draws
    [5, 300, 100], // one by one, over the good
    [40, 60, 30], // mean 12, counted up
    [60, 40, 70], // its mirror on both sides
    [60, 40, 30],
    [40, 60, 70],
    [200, 300, 100], // mean 40, rejected
    [300, 200, 400], // its mirror
    [150, 150, 150],
    [30, 4000, 2000], // mean 14.9 of 30
  ] as const) {
    test(`of ${draws} from ${good} good and ${bad} bad follows the exact probabilities`, () => {
      const stream = new Streams(1).stream(`urn/${good}/${bad}/${draws}`);
      expectLaw(() => hypergeometric(stream, good, bad, draws), 0, hypergeometricProbabilities(good, bad, draws), 40_000);
    });
  }

  test("of 300 from an endless urn is binomial", () => {
    const stream = new Streams(1).stream("endless");
    expectLaw(() => hypergeometric(stream, 2e12, 6e12, 300), 0, binomialProbabilities(300, 1, 4), 40_000);
  });

  test("of 1e9 from an urn of 4e12 has the normal's deciles and moments", () => {
    const stream = new Streams(1).stream("large");
    const mean = 25e7; // 1e9 · 1/4
    const deviation = Math.sqrt(1e9 * (1 / 4) * (3 / 4) * (1 - 1e9 / 4e12));
    expectShares(() => (hypergeometric(stream, 1e12, 3e12, 1e9) - mean) / deviation, NORMAL_DECILES, TENTHS); // skewness is 4e-5
    expectMoments(() => hypergeometric(stream, 1e12, 3e12, 1e9), mean, deviation);
  });

  test("is 0 without draws or without good, all the draws without bad, and all the good when all is drawn", () => {
    const stream = new Streams(1).stream("edges");
    for (const size of [1, 50, 1e12]) {
      expect(hypergeometric(stream, size, size, 0)).toBe(0);
      expect(hypergeometric(stream, 0, size, size)).toBe(0);
      expect(hypergeometric(stream, size, 0, size)).toBe(size);
      expect(hypergeometric(stream, size, 3, size + 3)).toBe(size);
    }
    expect(hypergeometric(stream, 0, 0, 0)).toBe(0);
  });

  const sizes = fc.oneof(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 1e12 }));
  test.prop([sizes, sizes, fc.double({ min: 0, max: 1, noNaN: true }), fc.nat()])(
    "takes no more than there are of either kind, at a cost that the urn does not raise",
    (good, bad, share, seed) => {
      const draws = Math.floor(share * (good + bad));
      const stream = countingStream(new Streams(seed).stream("range"));
      const k = hypergeometric(stream, good, bad, draws);
      expect(Number.isInteger(k)).toBe(true);
      expect(k >= 0 && k <= good && draws - k >= 0 && draws - k <= bad).toBe(true);
      expect(stream.drawn).toBeLessThan(60);
    },
  );

  test("refuses more draws than there are, and what is not whole", () => {
    const stream = new Streams(1).stream("wrong");
    expect(() => hypergeometric(stream, 2, 3, 6)).toThrow("6 draws from 2 good and 3 bad");
    for (const [good, bad, draws] of [
      [-1, 3, 1],
      [3, -1, 1],
      [3, 3, -1],
      [2.5, 3.5, 2],
      [3, Number.NaN, 1],
    ] as const) {
      expect(() => hypergeometric(stream, good, bad, draws)).toThrow(RangeError);
    }
  });

  const urns = fc
    .record({ good: fc.integer({ min: 1, max: 600 }), more: fc.nat(600), share: fc.double({ min: 0, max: 1, noNaN: true }) })
    .map(({ good, more, share }) => ({ good, bad: good + more, draws: 1 + Math.floor((share * (2 * good + more - 2)) / 2) }));
  test.prop([urns])("lies under its table, wherever the table is used", ({ good, bad, draws }) => {
    const all = good + bad;
    const mean = (draws * good) / all;
    const variance = (mean * (bad / all) * (all - draws)) / (all - 1);
    const peak = lnHypergeometricProbability(Math.floor(((draws + 1) * (good + 1)) / (all + 2)), good, bad, draws);
    for (let k = 0; k <= Math.min(good, draws); k++) {
      const height = exp((lnHypergeometricProbability(k, good, bad, draws) - peak) / 2); // the largest u that keeps k
      expect(height).toBeLessThan(1 + 1e-9);
      const reach = Math.max(Math.abs(k - mean - 0.5), Math.abs(k + 0.5 - mean)); // farthest point that is cut to k
      expect(reach * height).toBeLessThan(tableWidth(variance) / 2);
    }
  });
});
