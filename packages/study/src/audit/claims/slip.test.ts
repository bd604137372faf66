import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { slipOf } from "./slip.ts";

test.prop([fc.integer({ min: 1, max: 5 }), fc.double({ min: -0.019, max: 0.019, noNaN: true }), fc.boolean()])(
  "a power of 1000 is a slip of a prefix, whatever the unit and however it was rounded",
  (power, rounding, isUnder) => {
    const ratio = Number(`1e${3 * power}`) * (1 + rounding);
    expect(slipOf(isUnder ? 1 / ratio : ratio, "s", 1)).toBe(`a slip of 10^${3 * power}, as between a unit and its prefix`);
  },
);

test("8 is bits and bytes where bytes are measured, and nothing else", () => {
  expect(slipOf(8, "B/s", 1)).toContain("bits and bytes");
  expect(slipOf(8, "s", 1)).toBeUndefined();
});

test("where a slip may be one of two, both are named", () => {
  expect(slipOf(8, "B", 8)).toBe("a slip of 8, as between bits and bytes, or a slip of 8, as between one GPU and all 8 of the cluster");
});

test("times and shares are the same for one GPU and for all", () => {
  expect(slipOf(512, "tokens/ms", 512)).toContain("one GPU and all 512");
  expect(slipOf(512, "s", 512)).toBeUndefined();
  expect(slipOf(512, "%", 512)).toBeUndefined();
});

test.prop([fc.double({ min: 1.2, max: 900, noNaN: true })])("most ratios are no slip", (ratio) => {
  fc.pre(Math.abs(ratio / 8 - 1) > 0.01);
  expect(slipOf(ratio, "B", 1)).toBeUndefined();
});

test("no ratio is no slip", () => {
  for (const ratio of [0, -1000, Number.NaN, Number.POSITIVE_INFINITY]) expect(slipOf(ratio, "B", 8)).toBeUndefined();
});
