import { Streams } from "@tokenyard/random";
import type { GateSpec } from "@tokenyard/scenario";
import { describe, expect, test } from "vitest";
import { createTokenRouter } from "../policies.ts";
import { modelOf } from "./gate.contract.ts";

/** Copies [layers][experts] of ten million tokens on one expert each: the popularity that the gate has drawn, give or take 0.05 %. */
export function popularity(gate: GateSpec, seed: number, experts = 8, layers = 6): number[][] {
  const streams = new Streams(seed);
  const router = createTokenRouter(modelOf(experts, 1, layers), gate, streams);
  return Array.from({ length: layers }, (_, layer) => {
    const out = new Float64Array(experts);
    router.route(layer, [10_000_000], streams.stream("routing/tokens"), out);
    return [...out];
  });
}

const order = (counts: number[]) => counts.map((_, e) => e).sort((a, b) => counts[b]! - counts[a]! || a - b);

/** What a gate owes whose popularity is drawn, for each layer or once. */
export function drawnGateContract(name: string, gateOf: (shared: boolean) => GateSpec): void {
  describe(`the popularity of the ${name} gate`, () => {
    test("is each layer's own, unless it is shared", () => {
      const orders = (shared: boolean) => popularity(gateOf(shared), 3).map((counts) => order(counts).join());
      expect(new Set(orders(false)).size).toBe(6);
      expect(new Set(orders(true)).size).toBe(1);
    });

    test("depends on the seed", () => {
      const favourites = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => order(popularity(gateOf(true), seed)[0]!)[0]);
      expect(new Set(favourites).size).toBeGreaterThan(2);
    });

    test("does not depend on how many layers there are", () => {
      expect(popularity(gateOf(false), 3, 8, 2).map(order)).toEqual(popularity(gateOf(false), 3, 8, 6).slice(0, 2).map(order));
    });
  });
}
