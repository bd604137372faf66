import { expect, test } from "vitest";
import { inOrder, numberText } from "./value.ts";

test.each([
  [0.0123456, "s", "12.35 ms"],
  [12, "s", "12 s"],
  [4e-10, "s", "0.4 ns"],
  [0, "s", "0 s"],
  [0.2, "%", "20 %"],
  [1234567, "", "1,234,567"],
  [82.4567, "tokens/ms", "82.46 tokens/ms"],
  [57.6e9, "B", "57.6 GB"],
  [1e300, "", "1e+300"],
  [null, "s", "–"],
])("%s in %s reads %s", (value, unit, text) => {
  expect(numberText(value, unit)).toBe(text);
});

test("quantities of one unit go by size, texts by letter, and what is missing comes last", () => {
  expect(["25 GB/s", null, "100 GB/s", "5 GB/s"].sort(inOrder)).toEqual(["5 GB/s", "25 GB/s", "100 GB/s", null]);
  expect([10, 9, 1].sort(inOrder)).toEqual([1, 9, 10]);
  expect(["two-batch", "none"].sort(inOrder)).toEqual(["none", "two-batch"]);
});
