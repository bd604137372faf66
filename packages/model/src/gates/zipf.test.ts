import { Streams } from "@tokenyard/random";
import type { GateSpec } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { createTokenRouter } from "../policies.ts";
import { gateContract, modelOf } from "./gate.contract.ts";

gateContract("zipf", { kind: "zipf", exponent: 1.1, shared: false });
gateContract("steep zipf", { kind: "zipf", exponent: 100, shared: true });

type ZipfGate = Extract<GateSpec, { kind: "zipf" }>;

/** Copies per layer [layers][experts] of ten million tokens. */
function popularity(gate: ZipfGate, seed: number, experts = 8, layers = 6): number[][] {
  const streams = new Streams(seed);
  const router = createTokenRouter(modelOf(experts, 1, layers), gate, streams);
  return Array.from({ length: layers }, (_, layer) => {
    const out = new Float64Array(experts);
    router.route(layer, [10_000_000], streams.stream("routing/tokens"), out);
    return [...out];
  });
}

const order = (counts: number[]) => counts.map((_, e) => e).sort((a, b) => counts[b]! - counts[a]!);

test("the r-th most popular expert gets a share of 1/r^exponent", () => {
  const counts = popularity({ kind: "zipf", exponent: 1, shared: false }, 3, 4, 1)[0]!.sort((a, b) => b - a);
  const sum = 1 + 1 / 2 + 1 / 3 + 1 / 4; // 25/12
  [1, 1 / 2, 1 / 3, 1 / 4].forEach((weight, rank) => {
    expect(counts[rank]! / 1e7).toBeCloseTo(weight / sum, 3);
  });
});

test("each layer has an order of its own, unless it is shared", () => {
  const own = popularity({ kind: "zipf", exponent: 1, shared: false }, 3).map((counts) => order(counts).join());
  expect(new Set(own).size).toBe(6);
  const shared = popularity({ kind: "zipf", exponent: 1, shared: true }, 3).map((counts) => order(counts).join());
  expect(new Set(shared).size).toBe(1);
});

test("which expert is popular depends on the seed", () => {
  const favourites = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => order(popularity({ kind: "zipf", exponent: 1, shared: true }, seed)[0]!)[0]);
  expect(new Set(favourites).size).toBeGreaterThan(2);
});

test("a layer's order does not depend on how many layers there are", () => {
  const gate = { kind: "zipf", exponent: 1, shared: false } as const;
  expect(popularity(gate, 3, 8, 2).map(order)).toEqual(popularity(gate, 3, 8, 6).slice(0, 2).map(order));
});

test("more experts than tokens can choose from is a problem", () => {
  expect(() => createTokenRouter(modelOf(4, 5), { kind: "zipf", exponent: 1, shared: false }, new Streams(1))).toThrow("topK");
});
