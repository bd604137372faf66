import { test } from "@fast-check/vitest";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { binomialProbabilities, hypergeometricProbabilities } from "./exact-probability.contract.ts";
import { exp } from "./portable-math.ts";
import { lnBinomialProbability, lnHypergeometricProbability } from "./probability.ts";

/** Relative, where an error of the logarithm is an error of the probability. */
function expectClose(got: number, wanted: number): void {
  if (wanted > 1e-290) expect(Math.abs(got / wanted - 1)).toBeLessThan(1e-12);
}

describe("lnBinomialProbability", () => {
  const trials = fc.record({ n: fc.integer({ min: 1, max: 200 }), a: fc.integer({ min: 1, max: 63 }) });

  test.prop([trials])("agrees with whole numbers for every k", ({ n, a }) => {
    for (const [k, wanted] of binomialProbabilities(n, a, 64).entries()) expectClose(exp(lnBinomialProbability(k, n, a / 64)), wanted);
  });

  test("falls by half a squared standard deviation from the mean of 1e12 trials", () => {
    const mean = lnBinomialProbability(5e11, 1e12, 0.5);
    expect(mean).toBeCloseTo(-0.5 * Math.log(2 * Math.PI * 2.5e11), 9); // the normal's peak, variance n/4
    expect(lnBinomialProbability(5e11 + 5e5, 1e12, 0.5) - mean).toBeCloseTo(-0.5, 9); // one deviation of 5e5
    expect(lnBinomialProbability(5e11 - 15e5, 1e12, 0.5) - mean).toBeCloseTo(-4.5, 9); // three
  });
});

describe("lnHypergeometricProbability", () => {
  const urns = fc
    .record({
      good: fc.integer({ min: 1, max: 60 }),
      bad: fc.integer({ min: 1, max: 60 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    .map(({ good, bad, share }) => ({ good, bad, draws: 1 + Math.floor(share * (good + bad - 2)) }));

  test.prop([urns])("agrees with whole numbers for every k that can be", ({ good, bad, draws }) => {
    for (const [k, wanted] of hypergeometricProbabilities(good, bad, draws).entries()) {
      if (wanted > 0) expectClose(exp(lnHypergeometricProbability(k, good, bad, draws)), wanted);
    }
  });
});
