import { Streams } from "@tokenyard/random";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createTokenRouter } from "../policies.ts";
import { gateContract, modelOf } from "./gate.contract.ts";

gateContract("balanced", () => ({ kind: "balanced" }));

function routed(experts: number, topK: number, tokens: readonly number[]): Float64Array[] {
  const streams = new Streams(1);
  const out = new Float64Array(tokens.length * experts);
  createTokenRouter(modelOf(experts, topK), { kind: "balanced" }, streams).route(0, tokens, streams.stream("none"), out);
  return tokens.map((_, source) => out.slice(source * experts, (source + 1) * experts));
}

test("a source continues at the expert where the one before it stopped", () => {
  const counts = routed(4, 1, [3, 6, 1]);
  expect([...counts[0]!]).toEqual([1, 1, 1, 0]); // 0 1 2
  expect([...counts[1]!]).toEqual([2, 1, 1, 2]); // 3, then 0 1 2 3 and 0: one round and two more from expert 3 on
  expect([...counts[2]!]).toEqual([0, 1, 0, 0]); // 1
});

test("it deals as one who deals copy after copy round the experts would", () => {
  const tokens = fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.nat(), tokens, (experts, some, sources) => {
      const topK = 1 + (some % experts);
      let next = 0;
      const dealt = sources.map((n) => {
        const counts = new Float64Array(experts);
        for (let copy = 0; copy < n * topK; copy++, next = (next + 1) % experts) counts[next]! += 1;
        return counts;
      });
      expect(routed(experts, topK, sources)).toEqual(dealt);
    }),
  );
});

test("over all sources the experts' copies differ by at most 1", () => {
  const tokens = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 64 }), fc.nat(), tokens, (experts, some, sources) => {
      const counts = routed(experts, 1 + (some % experts), sources);
      const totals = Array.from({ length: experts }, (_, e) => counts.reduce((sum, source) => sum + source[e]!, 0));
      expect(Math.max(...totals) - Math.min(...totals)).toBeLessThanOrEqual(1);
    }),
  );
});
