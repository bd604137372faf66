import { describe, expect, test } from "vitest";
import { Streams } from "../streams.ts";
import { expectMoments, expectShares, NORMAL_DECILES, TENTHS } from "./goodness-of-fit.contract.ts";
import { lognormal } from "./lognormal.ts";

describe("lognormal", () => {
  const stream = new Streams(1).stream("lognormal");

  test("is exp of a normal: its deciles are exp(mu + sigma·z)", () => {
    const deciles = NORMAL_DECILES.map((z) => Math.exp(2 + 0.5 * z));
    expectShares(() => lognormal(stream, 2, 0.5), deciles, TENTHS);
  });

  test("has mean exp(mu + sigma²/2)", () => {
    const sigma2 = 0.01; // kurtosis e^4s² + 2e^3s² + 3e^2s² − 3 = 3.16
    expectMoments(
      () => lognormal(stream, 1, 0.1),
      Math.exp(1 + sigma2 / 2),
      Math.exp(1 + sigma2 / 2) * Math.sqrt(Math.expm1(sigma2)),
      3.17,
    );
  });

  test("is exp(mu) without a sigma", () => {
    expect(lognormal(stream, 3, 0)).toBeCloseTo(Math.exp(3), 12);
  });
});
