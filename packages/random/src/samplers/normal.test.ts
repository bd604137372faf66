import { describe, expect, test } from "vitest";
import { Streams } from "../streams.ts";
import { expectMoments, expectShares, NORMAL_DECILES, TENTHS } from "./goodness-of-fit.contract.ts";
import { normal } from "./normal.ts";

describe("normal", () => {
  const stream = new Streams(1).stream("normal");

  test("has the normal's deciles and moments", () => {
    expectShares(() => normal(stream), NORMAL_DECILES, TENTHS);
    expectMoments(() => normal(stream), 0, 1);
  });

  test("has the normal's tails: 2 · 0.00135 beyond three deviations", () => {
    expectShares(() => Math.abs(normal(stream)), [2, 3], [0.9544997361, 0.0428002039, 0.00269979606], 50_000);
  });

  test("draws again where the point lies outside the disc or at its centre", () => {
    const uniforms = [0.5, 0.5, 0.999, 0.999, 0.75, 0.5]; // the centre, a corner, then x = ½, y = 0
    let drawn = 0;
    expect(normal({ next: () => uniforms[drawn++]!, bits: () => 0 })).toBeCloseTo(0.5 * Math.sqrt((-2 * Math.log(0.25)) / 0.25), 14);
    expect(drawn).toBe(6);
  });
});
