import { test } from "@fast-check/vitest";
import type { Precision } from "@tokenyard/scenario";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { roundRow } from "./blocks.ts";

/** `numbers` as a row in `precision`. */
function row(precision: Precision, ...numbers: number[]): number[] {
  const own = Float64Array.from(numbers);
  roundRow(own, { from: 0, count: own.length, step: 1 }, precision);
  return [...own];
}

describe("by hand", () => {
  test("fp8: the largest of 128 numbers becomes 448 steps of the scale", () => {
    // scale 1: 448/448; 0.3 lies between 0.28125 and 0.3125 (steps of 2⁻⁵), 17.5 between 17 and 18 is none of E4M3: 16 or 18
    expect(row("fp8", 448, 0.3, -17.5, 0)).toEqual([448, 0.3125, -18, 0]);
    const two = row("fp8", ...Array.from({ length: 128 }, () => 448), 4.48); // the next block has a scale of its own
    expect(two[128]).toBeCloseTo(4.48, 6);
  });

  test("int8: the largest number of the row is 127 steps", () => {
    expect(row("int8", 127, 0.5, 1.5, -126.6)).toEqual([127, 0, 2, -127]);
  });

  test("int4: 7 steps, and −8 where the other side reaches farther", () => {
    expect(row("int4", 7, 3.4, -2.5, -7)).toEqual([7, 3, -2, -7]);
  });

  test("mxfp4: the scale is a power of two, 2 below the exponent of the largest of 32", () => {
    // largest 10: exponent 3, scale 2; 10/2 = 5 is halfway between 4 and 6, of which 4 is even; 7/2 = 3.5 between 3 and 4, 4 is even; 1.1/2 = 0.55 → 0.5
    expect(row("mxfp4", 10, 7, 1.1, -0.4)).toEqual([8, 8, 1, -0]);
    expect(row("mxfp4", 15, 1)).toEqual([12, 1]); // 7.5 steps are more than 6, the largest there is
  });

  test("nvfp4: blocks of 16 have a scale in fp8, and all a second one", () => {
    // second scale 2688/2688 = 1; the block's 2688/6 = 448; 1000/448 = 2.23 → 2
    expect(row("nvfp4", 2688, 1000, -200)).toEqual([2688, 896, -224]);
    const blocks = row("nvfp4", 2688, ...Array.from({ length: 15 }, () => 0), 6, 3); // 6/6 = 1: a scale of 1
    expect(blocks.slice(16)).toEqual([6, 3]);
  });

  test("rows of zeros stay, and what is infinite or none is not hidden", () => {
    for (const precision of ["fp8", "int8", "int4", "mxfp4", "nvfp4"] as const) {
      expect(row(precision, 0, 0)).toEqual([0, 0]);
      expect(row(precision, 1, Number.NaN)[1]).toBeNaN();
      expect(row(precision, 1, Number.POSITIVE_INFINITY)[1]).toBe(Number.POSITIVE_INFINITY);
    }
  });
});

const precisions = fc.constantFrom<Precision>("fp16", "bf16", "fp8", "int8", "int4", "mxfp4", "nvfp4");
const numbers = fc.array(fc.double({ min: -1000, max: 1000, noNaN: true }), { minLength: 1, maxLength: 300 });
/** Largest error of a number over the largest of its block: half a step at the top of each format, and what the scale is rounded by. */
const MOST: Partial<Record<Precision, number>> = {
  fp16: 2 ** -11,
  bf16: 2 ** -8,
  fp8: 2 ** -4,
  int8: 1 / 254,
  int4: 1 / 13,
  mxfp4: 1 / 4,
  nvfp4: 1 / 4,
};

test.prop([precisions, numbers])(
  "no number moves by more than its format explains, and large ones stay the largest",
  (precision, given) => {
    const out = row(precision, ...given);
    const most = Math.max(...given.map(Math.abs));
    for (const [i, number] of given.entries()) expect(Math.abs(out[i]! - number)).toBeLessThanOrEqual(most * MOST[precision]! + 1e-6);
  },
);

test.prop([precisions, numbers, fc.integer({ min: 1, max: 5 })])("rows in strides are rows", (precision, given, step) => {
  const spread = new Float64Array(given.length * step + 3).fill(7.123456789);
  for (const [i, number] of given.entries()) spread[2 + i * step] = number;
  roundRow(spread, { from: 2, count: given.length, step }, precision);
  expect(given.map((_, i) => spread[2 + i * step])).toEqual(row(precision, ...given));
  expect(spread[1]).toBe(7.123456789);
});
