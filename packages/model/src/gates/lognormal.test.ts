import { lognormal } from "@tokenyard/random";
import { expect, test } from "vitest";
import { loadVariance } from "../capacity/load-balance.ts";
import { drawnGateContract, popularity } from "./drawn-gate.contract.ts";
import { gateContract } from "./gate.contract.ts";
import { popularityContract } from "./popularity.contract.ts";

gateContract("lognormal", () => ({ kind: "lognormal", sigma: 1, shared: false }));
gateContract("steep lognormal", () => ({ kind: "lognormal", sigma: 10, shared: true }));
drawnGateContract("lognormal", (shared) => ({ kind: "lognormal", sigma: 0.5, shared }));
popularityContract("lognormal", { kind: "lognormal", sigma: 0.7, shared: false }, ({ experts }, streams) => {
  const stream = streams.stream("routing/popularity/0");
  const sizes = Float64Array.from({ length: experts }, () => lognormal(stream, 0, 0.7));
  return sizes.map((size) => size / sizes.reduce((sum, each) => sum + each));
});

test("the logarithms of two experts' shares differ by a normal number of variance 2·sigma²", () => {
  const layers = popularity({ kind: "lognormal", sigma: 0.5, shared: false }, 5, 2, 4000);
  const squares = layers.map(([a, b]) => Math.log(a! / b!) ** 2);
  // a square's deviation is √2 of its mean, so the mean of 4000 is known to 2.2 %
  expect(squares.reduce((sum, square) => sum + square) / 4000).toBeGreaterThan(0.5 * 0.9); // 2·0.25 = 0.5
  expect(squares.reduce((sum, square) => sum + square) / 4000).toBeLessThan(0.5 * 1.1);
});

test("with many experts the load variance tends to √(exp(sigma²) − 1)", { tags: "long" }, () => {
  const squares = popularity({ kind: "lognormal", sigma: 0.5, shared: false }, 5, 1000, 40).map((counts) => loadVariance(counts) ** 2);
  // exp(0.25) − 1 = 0.284; the copies' own noise adds (E − 1)/T = 0.0001
  expect(squares.reduce((sum, square) => sum + square) / 40).toBeCloseTo(0.284, 1);
});

test("with sigma 0 every expert is as popular as any other", () => {
  const [counts] = popularity({ kind: "lognormal", sigma: 0, shared: false }, 5, 4, 1);
  for (const count of counts!) expect(Math.abs(count - 2_500_000)).toBeLessThan(6000); // √(10⁷·(1/4)·(3/4)) = 1369
});
