import { test } from "@fast-check/vitest";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { Streams } from "../streams.ts";
import { dirichlet } from "./dirichlet.ts";
import { expectMoments, expectShares, TENTHS } from "./goodness-of-fit.contract.ts";

describe("dirichlet", () => {
  const concentrations = fc.double({ min: -300, max: 6, noNaN: true }).map((power) => Math.pow(10, power));

  test.prop([concentrations, fc.integer({ min: 1, max: 40 }), fc.nat()])("gives shares ≥ 0 that sum to 1", (concentration, count, seed) => {
    const shares = new Float64Array(count);
    dirichlet(new Streams(seed).stream("shares"), concentration, shares);
    expect(shares.every((share) => share >= 0)).toBe(true);
    expect(shares.reduce((sum, share) => sum + share)).toBeCloseTo(1, 12);
  });

  for (const concentration of [0.1, 1, 8]) {
    test(`of concentration ${concentration} has share variance (1/n)(1 − 1/n)/(n·concentration + 1)`, () => {
      const stream = new Streams(1).stream("dirichlet");
      const shares = new Float64Array(4);
      const draw = () => {
        dirichlet(stream, concentration, shares);
        return shares[2]!;
      };
      expectMoments(draw, 1 / 4, Math.sqrt((1 / 4) * (3 / 4) * (1 / (4 * concentration + 1))), 8); // kurtosis at 0.1 is 4.3
    });
  }

  test("of two shares and concentration 1 splits evenly over the unit", () => {
    const stream = new Streams(1).stream("dirichlet");
    const shares = new Float64Array(2);
    const draw = () => {
      dirichlet(stream, 1, shares);
      return shares[0]!;
    };
    expectShares(draw, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9], TENTHS);
  });

  test("of a vanishing concentration gives all to one", () => {
    const shares = new Float64Array(5);
    dirichlet(new Streams(1).stream("one"), 1e-300, shares);
    expect([...shares].sort((a, b) => a - b)).toEqual([0, 0, 0, 0, 1]);
  });

  test("refuses a concentration that is not above 0", () => {
    for (const wrong of [0, -1, Number.NaN])
      expect(() => dirichlet(new Streams(1).stream("wrong"), wrong, new Float64Array(2))).toThrow(`concentration ${wrong}`);
  });
});
