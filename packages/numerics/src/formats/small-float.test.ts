import { expect, test } from "vitest";
import { BF16, E2M1, E4M3, FP16, rounded, type SmallFloat } from "./small-float.ts";

/** Numbers of a format by the definition of its bits, from 0 up: sign, exponent, fraction. */
function numbersOf(
  exponentBits: number,
  fractionBits: number,
  bias: number,
  has: (exponent: number, fraction: number) => boolean,
): number[] {
  const numbers: number[] = [];
  for (let exponent = 0; exponent < 1 << exponentBits; exponent++) {
    for (let fraction = 0; fraction < 1 << fractionBits; fraction++) {
      if (!has(exponent, fraction)) continue;
      const steps = fraction / (1 << fractionBits);
      numbers.push(exponent === 0 ? steps * 2 ** (1 - bias) : (1 + steps) * 2 ** (exponent - bias));
    }
  }
  return numbers;
}

const FORMATS: readonly (readonly [name: string, format: SmallFloat, numbers: readonly number[], patterns: number])[] = [
  ["fp16", FP16, numbersOf(5, 10, 15, (exponent) => exponent < 31), 63_488],
  ["bf16", BF16, numbersOf(8, 7, 127, (exponent) => exponent < 255), 65_280],
  ["fp8 (E4M3)", E4M3, numbersOf(4, 3, 7, (exponent, fraction) => exponent < 15 || fraction < 7), 254],
  ["fp4 (E2M1)", E2M1, numbersOf(2, 1, 1, () => true), 16],
];

test.each(FORMATS)(
  "%s: every finite pattern is itself, and every midpoint goes to the even one of its neighbours",
  (_, format, numbers, patterns) => {
    expect(2 * numbers.length).toBe(patterns);
    for (const [i, number] of numbers.entries()) {
      for (const sign of [1, -1]) {
        if (rounded(sign * number, format) !== sign * number) expect(rounded(sign * number, format)).toBe(sign * number);
        const next = numbers[i + 1];
        if (next === undefined) continue;
        const middle = (number + next) / 2; // exact: one bit more
        const even = i % 2 === 0 ? number : next; // fractions count up with the patterns
        if (rounded(sign * middle, format) !== sign * even)
          expect([number, next, rounded(sign * middle, format)]).toEqual([number, next, sign * even]);
        if (rounded(sign * (middle + (next - number) / 8), format) !== sign * next) expect([number, middle]).toEqual("up");
        if (rounded(sign * (middle - (next - number) / 8), format) !== sign * number) expect([number, middle]).toEqual("down");
      }
    }
  },
);

test.each([
  ["fp16", FP16, 65_519.99, 65_504],
  ["fp16", FP16, 65_520, Number.POSITIVE_INFINITY],
  ["bf16", BF16, 3.39e38, 3.3895313892515355e38],
  ["bf16", BF16, 3.4e38, Number.POSITIVE_INFINITY],
  ["fp8", E4M3, 464, 448],
  ["fp8", E4M3, 1e9, 448],
  ["fp8", E4M3, Number.NEGATIVE_INFINITY, -448],
  ["fp4", E2M1, 100, 6],
])("beyond the largest number of %s", (_, format, x, wanted) => {
  expect(rounded(x, format)).toBe(wanted);
  expect(rounded(-x, format)).toBe(-wanted);
});

test("zeros keep their sign, and what is no number stays none", () => {
  expect(rounded(0, FP16)).toBe(0);
  expect(rounded(-0, FP16)).toBe(-0);
  expect(rounded(2 ** -25, FP16)).toBe(0); // half of the smallest step: the even one is zero
  expect(rounded(-(2 ** -26), FP16)).toBe(-0);
  expect(rounded(2 ** -24, FP16)).toBe(2 ** -24);
  expect(rounded(5e-324, BF16)).toBe(0);
  expect(rounded(Number.NaN, E4M3)).toBeNaN();
});
