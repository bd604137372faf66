import type { ModelSpec, RoutingSpec } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { expertCapacity, leastFull, mostTaken } from "./capacity.ts";

function model(count: number, topK: number): ModelSpec {
  return {
    layers: 1,
    hiddenSize: 8,
    attention: { heads: 1, kvHeads: 1, headSize: 8 },
    experts: { count, topK, hiddenSize: 8, matrices: 2, shared: 0 },
    precision: { weights: "fp16", activations: "fp16" },
  };
}
const routing = (capacityFactor: number, minCapacity = 1): RoutingSpec => ({
  gate: { kind: "uniform" },
  capacityFactor,
  minCapacity,
  overflow: { kind: "drop" },
});

test("an expert takes the factor times its even share, rounded up", () => {
  expect(expertCapacity(1000, model(16, 1), routing(1.2))).toBe(75); // 1.2·1000/16 = 75
  expect(expertCapacity(1001, model(16, 1), routing(1.2))).toBe(76); // 75.075
  expect(expertCapacity(1000, model(16, 2), routing(1.2))).toBe(150); // two copies of each token
});

test("the factor is the decimal that was written", () => {
  expect(Math.ceil(1.1 * 50)).toBe(56); // the nearest double is a little more than 1.1
  expect(expertCapacity(50, model(1, 1), routing(1.1))).toBe(55);
});

test("an expert takes at least the least capacity", () => {
  expect(expertCapacity(8, model(16, 1), routing(1.2))).toBe(1); // ⌈1.2·8/16⌉ = ⌈0.6⌉
  expect(expertCapacity(8, model(16, 1), routing(1.2, 4))).toBe(4);
  expect(expertCapacity(0, model(16, 1), routing(1.2, 0))).toBe(0);
});

test("there is no limit without a factor, without an overflow policy, or without experts", () => {
  const { capacityFactor: _, ...free } = routing(1.2);
  expect(expertCapacity(8, model(16, 1), free)).toBe(Number.POSITIVE_INFINITY);
  expect(expertCapacity(8, model(16, 1), { ...routing(1.2), overflow: { kind: "none" } })).toBe(Number.POSITIVE_INFINITY);
  const { experts: __, ...dense } = model(16, 1);
  expect(expertCapacity(8, dense, routing(1.2))).toBe(Number.POSITIVE_INFINITY);
});

test("capacity is exact for every decimal, however it is written and however many tokens there are", () => {
  const factor = fc.oneof(
    fc.tuple(fc.integer({ min: 1, max: 999_999 }), fc.integer({ min: 0, max: 12 })),
    fc.tuple(fc.integer({ min: 1, max: 999_999_999_999_999 }), fc.integer({ min: 15, max: 22 })), // leaves the safe integers
  );
  fc.assert(
    fc.property(factor, fc.integer({ min: 0, max: 1e12 }), fc.integer({ min: 1, max: 512 }), ([digits, places], tokens, experts) => {
      const written = Number(`${digits}e-${places}`);
      const exact = BigInt(digits) * BigInt(tokens);
      const parts = BigInt(`1${"0".repeat(places)}`) * BigInt(experts);
      expect(expertCapacity(tokens, model(experts, 1), routing(written, 0))).toBe(Number((exact + parts - 1n) / parts));
    }),
  );
});

test("rounded down, or as Tutel does, a capacity is what those codes make of it", () => {
  const rounded = (capacityRounding: RoutingSpec["capacityRounding"]) => ({ ...routing(1.2), capacityRounding });
  // of 100 tokens, 2 of 16 experts each: 1.2 · 12.5 = 15; Tutel: 2 · ⌊1.2 · ⌈100/16⌉⌋ = 2 · ⌊8.4⌋ = 16
  expect(expertCapacity(100, model(16, 2), rounded({ kind: "down" }))).toBe(15);
  expect(expertCapacity(101, model(16, 2), rounded({ kind: "down" }))).toBe(15); // 15.15
  expect(expertCapacity(101, model(16, 2), { ...rounded({ kind: "down" }), minCapacity: 17 })).toBe(17);
  expect(expertCapacity(101, model(16, 2), rounded({ kind: "up" }))).toBe(16);
  expect(expertCapacity(100, model(16, 2), rounded({ kind: "aligned", multiple: 1 }))).toBe(16);
  expect(expertCapacity(100, model(16, 2), rounded({ kind: "aligned", multiple: 32 }))).toBe(32);
});

const anyRounding = fc.oneof(
  fc.constantFrom<RoutingSpec["capacityRounding"]>(undefined, { kind: "up" }, { kind: "down" }),
  fc.integer({ min: 1, max: 9 }).map((multiple) => ({ kind: "aligned" as const, multiple })),
);

test("a capacity never falls with more tokens, and is never over what an expert takes at most of them, however they are spread", () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(300), { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 1, max: 3 }),
      fc.constantFrom(0.3, 1, 1.1, 1.25, 2),
      fc.nat(3),
      anyRounding,
      (tokens, experts, topK, factor, least, capacityRounding) => {
        const sizes = model(Math.max(experts, topK), topK);
        const rules = { ...routing(factor, least), capacityRounding };
        const all = tokens.reduce((sum, n) => sum + n, 0);
        expect(expertCapacity(all + 1, sizes, rules)).toBeGreaterThanOrEqual(expertCapacity(all, sizes, rules));
        const perSource = { ...rules, capacityPer: "source-rank" as const };
        const taken = tokens.filter((n) => n > 0).reduce((sum, n) => sum + expertCapacity(n, sizes, perSource), 0);
        expect(taken).toBeLessThanOrEqual(mostTaken(all, tokens.length, sizes, perSource));
        expect(leastFull(all, tokens.length, sizes, perSource)).toBeLessThanOrEqual(expertCapacity(all, sizes, perSource));
      },
    ),
  );
});

test("a capacity that is a whole number is not rounded up, beyond the safe integers either", () => {
  const tokens = 160_000_000_000_000;
  expect(expertCapacity(tokens, model(4, 1), routing(1.25))).toBe(50_000_000_000_000); // 1.25 · 1.6e14 / 4
  expect(expertCapacity(tokens + 1, model(4, 1), routing(1.25))).toBe(50_000_000_000_001);
});

test("by hand: what an expert had at least where it had no room is its capacity, and unknown where chance drops or sources count apart", () => {
  const drops = routing(1.2);
  const least = (sources: number, more: Partial<RoutingSpec> = {}) => leastFull(8, sources, model(4, 1), { ...drops, ...more });
  expect(least(2)).toBe(3); // ⌈1.2 · 8 / 4⌉ = ⌈2.4⌉
  expect(least(2, { overflow: { kind: "dropout", slope: 2 } })).toBe(0); // it drops before that
  expect([least(1, { capacityPer: "source-rank" }), least(2, { capacityPer: "source-rank" })]).toEqual([3, 0]);
});

test("by hand: of sources that count apart each that has tokens may round up by one, or take the least capacity", () => {
  const most = (sources: number, more: Partial<RoutingSpec> = {}) => mostTaken(8, sources, model(4, 1), { ...routing(1.2, 2), ...more });
  expect(most(2)).toBe(3);
  expect(most(2, { capacityPer: "source-rank" })).toBe(3 + 2 * (1 + 2));
  expect(most(100, { capacityPer: "source-rank" })).toBe(3 + 8 * (1 + 2)); // no more sources than tokens
});
