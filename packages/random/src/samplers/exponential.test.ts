import { describe, expect, test } from "vitest";
import { Streams } from "../streams.ts";
import { exponential } from "./exponential.ts";
import { expectMoments, expectShares, TENTHS } from "./goodness-of-fit.contract.ts";

describe("exponential", () => {
  const deciles = Array.from({ length: 9 }, (_, i) => -4 * Math.log(1 - (i + 1) / 10)); // P(x < q) = 1 − e^(−q/4)

  test("has the deciles and moments of its law", () => {
    const stream = new Streams(1).stream("exponential");
    expectShares(() => exponential(stream, 4), deciles, TENTHS);
    expectMoments(() => exponential(stream, 4), 4, 4, 9);
  });

  test("gives 0 for the least uniform and 53·ln 2 means for the largest", () => {
    expect(exponential({ next: () => 0, bits: () => 0 }, 4)).toBeCloseTo(0, 15);
    expect(exponential({ next: () => 1 - 2 ** -53, bits: () => 0 }, 4)).toBeCloseTo(4 * 53 * Math.LN2, 10);
  });
});
