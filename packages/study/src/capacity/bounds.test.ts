import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { type BoundsSearch, loadBounds } from "./bounds.ts";
import type { Evidence } from "./evidence.ts";

const order = (given: Partial<BoundsSearch> & Pick<BoundsSearch, "evidence">): BoundsSearch => ({
  around: 100,
  from: 1,
  to: 10_000,
  isWhole: false,
  step: 0.07,
  looks: [16, 32, 64],
  ...given,
});

/** Met up to `met`, missed from `missed` on, with any number of seeds. */
const between = (met: number, missed: number) => async (value: number) =>
  (value <= met ? "met" : value >= missed ? "missed" : "not-enough-evidence") as Evidence;

test("steps go down until a load is met, and up until one is missed", async () => {
  expect(await loadBounds(order({ evidence: between(90, 110) }))).toEqual({ holdsTo: 87.3438, failsFrom: 114.49 }); // 100 / 1.07², 100 · 1.07²
  expect(await loadBounds(order({ evidence: between(100, 101) }))).toEqual({ holdsTo: 100, failsFrom: 107 });
});

test("more seeds are asked where few do not say, and no more once they do", async () => {
  const asked: string[] = [];
  const evidence = async (value: number, seeds: number): Promise<Evidence> => {
    asked.push(`${seeds} at ${value}`);
    if (seeds < 32) return "not-enough-evidence";
    return value <= 100 ? "met" : "missed";
  };
  expect(await loadBounds(order({ evidence }))).toEqual({ holdsTo: 100, failsFrom: 107 });
  expect(asked).toEqual(["16 at 100", "32 at 100", "16 at 107", "32 at 107"]);
});

test("a side on which no load says so has no bound: nothing is met, nothing is missed, or the search was stopped", async () => {
  expect(await loadBounds(order({ evidence: async () => "missed" }))).toEqual({ holdsTo: null, failsFrom: 107 });
  expect(await loadBounds(order({ evidence: async () => "met" }))).toEqual({ holdsTo: 100, failsFrom: null });
  expect(await loadBounds(order({ evidence: async () => undefined }))).toEqual({ holdsTo: null, failsFrom: null });
  expect(await loadBounds(order({ evidence: async () => "met", to: 100 }))).toEqual({ holdsTo: 100, failsFrom: null });
});

test("above runs that are too short to say nothing surely fails, and the search ends", async () => {
  const asked: number[] = [];
  const evidence = async (value: number): Promise<Evidence> => {
    asked.push(value);
    return value <= 90 ? "met" : value < 110 ? "too-short" : "missed";
  };
  expect(await loadBounds(order({ evidence }))).toEqual({ holdsTo: 87.3438, failsFrom: null });
  expect(asked).toEqual([100, 93.4579, 87.3438, 107]);
});

test.prop([fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 20 }), fc.integer({ min: 1, max: 80 })])(
  "whole loads stay whole, and what it says was seen",
  async (met, gap, around) => {
    const seen = new Map<number, Evidence>();
    const evidence = async (value: number) => {
      const found = await between(met, met + gap + 1)(value);
      seen.set(value, found);
      return found;
    };
    const { holdsTo, failsFrom } = await loadBounds(order({ around, isWhole: true, to: 100, evidence }));
    for (const value of seen.keys()) expect(Number.isInteger(value)).toBe(true);
    if (holdsTo !== null) expect(seen.get(holdsTo)).toBe("met");
    if (failsFrom !== null) expect(seen.get(failsFrom)).toBe("missed");
  },
);
