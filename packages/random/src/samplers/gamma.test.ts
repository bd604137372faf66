import { describe, expect, test } from "vitest";
import { Streams } from "../streams.ts";
import { gamma, lnStandardGamma } from "./gamma.ts";
import { expectMoments, expectShares, NORMAL_DECILES, TENTHS } from "./goodness-of-fit.contract.ts";

describe("gamma", () => {
  for (const [shape, scale] of [
    [0.2, 1],
    [0.5, 3],
    [1, 1],
    [1.5, 2],
    [20, 0.1],
    [1e6, 1],
  ] as const) {
    test(`has mean ${shape}·${scale} and variance ${shape}·${scale}²`, () => {
      const stream = new Streams(1).stream(`gamma/${shape}`);
      expectMoments(() => gamma(stream, shape, scale), shape * scale, Math.sqrt(shape) * scale, 3 + 6 / shape, 40_000);
    });
  }

  test("of shape 1 is exponential", () => {
    const stream = new Streams(1).stream("gamma");
    const deciles = Array.from({ length: 9 }, (_, i) => -Math.log(1 - (i + 1) / 10));
    expectShares(() => gamma(stream, 1, 1), deciles, TENTHS);
  });

  test("of shape ½ and scale 2 is a squared normal", () => {
    const stream = new Streams(1).stream("gamma");
    const fifths = NORMAL_DECILES.slice(5).map((z) => z * z); // P(|z| < q) = 0.2, 0.4, 0.6, 0.8
    expectShares(() => gamma(stream, 0.5, 2), fifths, [0.2, 0.2, 0.2, 0.2, 0.2]);
  });

  test("of shape 3 has P(x < q) = 1 − e^−q·(1 + q + q²/2)", () => {
    const stream = new Streams(1).stream("gamma");
    const edges = [1, 2, 3, 4, 6];
    const below = [0, ...edges.map((q) => 1 - Math.exp(-q) * (1 + q + (q * q) / 2)), 1];
    const shares = below.slice(1).map((share, i) => share - below[i]!);
    expectShares(() => gamma(stream, 3, 1), edges, shares);
  });

  test("of a tiny shape is mostly too small for a number, but its logarithm is not", () => {
    const stream = new Streams(1).stream("tiny");
    expect(gamma(stream, 1e-6, 1)).toBe(0);
    for (let i = 0; i < 100; i++) expect(Number.isFinite(lnStandardGamma(stream, 1e-6))).toBe(true);
  });

  test("refuses a shape or scale that is not above 0", () => {
    const stream = new Streams(1).stream("wrong");
    expect(() => gamma(stream, 0, 1)).toThrow("shape 0 and scale 1");
    expect(() => gamma(stream, 1, -1)).toThrow("shape 1 and scale -1");
    expect(() => gamma(stream, Number.NaN, 1)).toThrow(RangeError);
  });
});
