import { Streams, uniformInteger, zipfWeights } from "@tokenyard/random";
import { expect, test } from "vitest";
import { createTokenRouter } from "../policies.ts";
import { drawnGateContract, popularity } from "./drawn-gate.contract.ts";
import { gateContract, modelOf } from "./gate.contract.ts";
import { popularityContract } from "./popularity.contract.ts";

gateContract("zipf", () => ({ kind: "zipf", exponent: 1.1, shared: false }));
gateContract("steep zipf", () => ({ kind: "zipf", exponent: 100, shared: true }));
drawnGateContract("zipf", (shared) => ({ kind: "zipf", exponent: 1, shared }));
popularityContract("zipf", { kind: "zipf", exponent: 0.8, shared: false }, ({ experts }, streams) => {
  const stream = streams.stream("routing/popularity/0");
  const weights = zipfWeights(experts, 0.8);
  for (let last = experts - 1; last > 0; last--) {
    const other = uniformInteger(stream, 0, last);
    [weights[last], weights[other]] = [weights[other]!, weights[last]!];
  }
  return weights;
});

test("the r-th most popular expert gets a share of 1/r^exponent", () => {
  const counts = popularity({ kind: "zipf", exponent: 1, shared: false }, 3, 4, 1)[0]!.sort((a, b) => b - a);
  const sum = 1 + 1 / 2 + 1 / 3 + 1 / 4; // 25/12
  [1, 1 / 2, 1 / 3, 1 / 4].forEach((weight, rank) => {
    expect(counts[rank]! / 1e7).toBeCloseTo(weight / sum, 3);
  });
});

test("more experts than tokens can choose from is a problem", () => {
  expect(() => createTokenRouter(modelOf(4, 5), { kind: "zipf", exponent: 1, shared: false }, new Streams(1))).toThrow("topK");
});
