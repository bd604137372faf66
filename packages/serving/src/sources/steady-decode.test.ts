import { Streams } from "@tokenyard/random";
import { Problems, type SteadyDecodeSpec } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { served } from "./served.contract.ts";
import { SteadyDecodeSource } from "./steady-decode.ts";

const spec: SteadyDecodeSpec = {
  kind: "steady-decode",
  sequences: 6,
  context: { kind: "uniform", from: 10, to: 900 },
  outputTokens: { kind: "exponential", mean: 30 },
  measure: 10,
};
const first = (some: Partial<SteadyDecodeSpec>, count: number, seed = 1) =>
  served(new SteadyDecodeSource({ ...spec, ...some }, new Streams(seed)), () => 1e9, count);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

test("each sequence that ends is replaced in its place, so that as many as stated are in flight", () => {
  fc.assert(
    fc.property(fc.nat(), fc.func(fc.integer({ min: 1, max: 3e9 })), (seed, serviceNs) => {
      const all = served(new SteadyDecodeSource(spec, new Streams(seed)), serviceNs, 60);
      expect(all.slice(0, 6).map(({ arrivedNs, place }) => [arrivedNs, place])).toEqual([0, 1, 2, 3, 4, 5].map((place) => [0, place]));
      for (const { arrivedNs, place, number } of all.slice(6)) {
        const before = all.slice(0, number).filter((each) => each.place === place);
        expect(before.at(-1)!.finishedNs).toBe(arrivedNs);
      }
    }),
    { numRuns: drawnCases(20) },
  );
});

test("all of a sequence is cached when it comes, and at least one token is left; replacements have their first token alone", () => {
  for (const { promptTokens, cachedTokens, outputTokens, outBefore, number } of first({}, 400)) {
    expect(cachedTokens).toBe(promptTokens + outBefore - 1);
    expect(outBefore).toBeGreaterThanOrEqual(1);
    expect(outBefore).toBeLessThan(outputTokens);
    if (number >= 6) expect(outBefore).toBe(1);
  }
});

test("those at the start are long in proportion to their steps, with any token of theirs out alike: by hand", () => {
  // outputs of 3 (two steps) and 9 (eight) come alike: 8 of 10 steps are those of 9, which then have 1 … 8 out
  const all = first({ sequences: 20_000, outputTokens: { kind: "empirical", values: [3, 9] } }, 20_000);
  const long = all.filter(({ outputTokens }) => outputTokens === 9);
  expect(long.length / 20_000).toBeGreaterThan(0.79);
  expect(long.length / 20_000).toBeLessThan(0.81);
  expect(Math.abs(mean(long.map(({ outBefore }) => outBefore)) - 4.5)).toBeLessThan(0.06); // (1 + 8) ÷ 2, ± 2.3 ÷ √16,000
  for (let out = 1; out <= 8; out++) expect(long.filter(({ outBefore }) => outBefore === out).length / long.length).toBeCloseTo(0.125, 1);
  const short = all.filter(({ outputTokens }) => outputTokens === 3);
  expect(new Set(short.map(({ outBefore }) => outBefore))).toEqual(new Set([1, 2]));
});

test("the mean of what is cached at the start is that of contexts and half the steps of the long ones", () => {
  const { contextTokens } = new SteadyDecodeSource(
    { ...spec, sequences: 20_000, context: { kind: "fixed", value: 2000 }, outputTokens: { kind: "fixed", value: 101 } },
    new Streams(3),
  );
  expect(mean([...contextTokens])).toBeGreaterThan(2048.9); // 2000 + (0 + … + 99) ÷ 100 = 2049.5, ± 28.9 ÷ √20,000
  expect(mean([...contextTokens])).toBeLessThan(2050.1);
});

test("outputs of one token, which have no step, are drawn again; where hardly any has one, that is refused", () => {
  const all = first({ outputTokens: { kind: "empirical", values: [1, 2], weights: [99, 1] } }, 50);
  expect(new Set(all.map(({ outputTokens }) => outputTokens))).toEqual(new Set([2]));
  expect(() => first({ outputTokens: { kind: "exponential", mean: 0.01 } }, 1)).toThrow(Problems);
});

test("the same seed gives the same sequences, whenever they end", () => {
  const asked = (serviceNs: (number: number) => number) =>
    served(new SteadyDecodeSource(spec, new Streams(5)), serviceNs, 40).map(({ promptTokens, outputTokens, outBefore }) => [
      promptTokens,
      outputTokens,
      outBefore,
    ]);
  expect(asked(() => 1e9)).toEqual(asked((number) => 1 + number * 7));
});
