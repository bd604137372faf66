import { test } from "@fast-check/vitest";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { binomialProbabilities } from "../exact-probability.contract.ts";
import { exp, ln } from "../portable-math.ts";
import { lnBinomialProbability } from "../probability.ts";
import type { Stream } from "../stream.ts";
import { Streams } from "../streams.ts";
import { binomial } from "./binomial.ts";
import { countingStream, expectLaw, expectMoments, expectShares, NORMAL_DECILES, TENTHS } from "./goodness-of-fit.contract.ts";
import { hatScale, hatSqueeze, hatTail, hatWidth, LEAST_US } from "./transformed-rejection.ts";

describe("binomial", () => {
  for (const [n, a] of [
    [1, 20],
    [2, 63],
    [10, 32],
    [40, 3],
    [39, 16], // mean 9.75, counted up
    [41, 16], // mean 10.25, rejected
    [81, 16],
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
      const stream = countingStream(new Streams(seed).stream("range"));
      const k = binomial(stream, n, p);
      expect(Number.isInteger(k)).toBe(true);
      expect(k >= 0 && k <= n).toBe(true);
      expect(stream.drawn).toBeLessThan(60); // each try keeps more than half and takes two
    },
  );

  const many = fc.oneof(fc.integer({ min: 20, max: 5000 }), fc.integer({ min: 20, max: 3_000_000 }));
  test.prop([many, fc.double({ min: 1e-5, max: 0.5, noNaN: true }).filter((p) => p > 0), fc.nat()], { numRuns: 300 })(
    "draws what logarithms of probabilities would decide, of the same numbers",
    (n, p, seed) => {
      if (n * p <= 10) return;
      const [stream, same] = [new Streams(seed).stream("decided"), new Streams(seed).stream("decided")];
      for (let i = 0; i < 40; i++) expect(binomial(stream, n, p)).toBe(decidedByLogarithms(same, n, p));
      expect(stream.bits()).toBe(same.bits());
    },
  );

  test("refuses trials that are not whole and probabilities that are none", () => {
    const stream = new Streams(1).stream("wrong");
    expect(() => binomial(stream, -1, 0.5)).toThrow("of -1 trials with probability 0.5");
    expect(() => binomial(stream, 1.5, 0.5)).toThrow(RangeError);
    expect(() => binomial(stream, 3, 1.01)).toThrow("probability 1.01");
    expect(() => binomial(stream, 3, Number.NaN)).toThrow(RangeError);
  });

  const laws = fc
    .record({ n: fc.integer({ min: 20, max: 5000 }), p: fc.double({ min: 0.002, max: 0.5, noNaN: true }) })
    .filter(({ n, p }) => n * p >= 10);
  test.prop([laws, fc.array(fc.double({ min: 1e-6, max: 0.5, noNaN: true }), { minLength: 50, maxLength: 50 })])(
    "lies under its hat and over its squeeze, wherever they are used",
    ({ n, p }, places) => {
      const deviation = Math.sqrt(n * p * (1 - p));
      const width = hatWidth(deviation);
      const tail = hatTail(width, p);
      const peak = lnBinomialProbability(Math.floor((n + 1) * p), n, p);
      for (const us of places) {
        for (const u of [0.5 - us, us - 0.5]) {
          const k = Math.floor(((2 * tail) / us + width) * u + n * p + 0.5);
          if (!(k >= 0 && k <= n)) continue;
          const most = (exp(lnBinomialProbability(k, n, p) - peak) * (tail / (us * us) + width)) / hatScale(width, deviation); // the largest v that keeps k
          expect(most).toBeLessThan(1 + 1e-9);
          if (us >= LEAST_US) expect(most).toBeGreaterThan(hatSqueeze(width));
        }
      }
    },
  );
});

/** Transformed rejection as it is written down, for a mean over 10. */
function decidedByLogarithms(stream: Stream, n: number, p: number): number {
  const deviation = Math.sqrt(n * p * (1 - p));
  const width = hatWidth(deviation);
  const tail = hatTail(width, p);
  for (;;) {
    const v = stream.next();
    const u = stream.next() - 0.5;
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * tail) / us + width) * u + n * p + 0.5);
    if (us >= LEAST_US && v <= hatSqueeze(width)) return k;
    if (!(k >= 0 && k <= n)) continue;
    const height = (v * hatScale(width, deviation)) / (tail / (us * us) + width);
    if (ln(height) <= lnBinomialProbability(k, n, p) - lnBinomialProbability(Math.floor((n + 1) * p), n, p)) return k;
  }
}
