import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { chanceBelow, intervalOf, inverse, joined, sideOf, spreadOf, standardNormal } from "./log-spread.ts";

const real = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const factors = fc.tuple(real(0.3, 0.95), real(0.96, 1.1), real(1.15, 4)).map(([low, middle, high]) => [low, middle, high] as const);
const value = real(1e-6, 1e6);

test("the normal distribution has the values of tables", () => {
  // Abramowitz and Stegun, table 26.1
  for (const [x, p] of [
    [0, 0.5],
    [0.5, 0.6914625],
    [1, 0.8413447],
    [1.2815516, 0.9],
    [-2, 0.0227501],
    [3, 0.9986501],
  ] as const)
    expect(standardNormal(x)).toBeCloseTo(p, 6);
});

test("a value of 10 ms with quantiles 0.8, 0.9 and 1.2, as they are and twice as wide", () => {
  const { low, high } = intervalOf(10, spreadOf([0.8, 0.9, 1.2], 1));
  expect(low).toBeCloseTo(8, 9);
  expect(high).toBeCloseTo(12, 9);
  const wide = intervalOf(10, spreadOf([0.8, 0.9, 1.2], 2));
  expect(wide.low).toBeCloseTo((8 * 0.8) / 0.9, 9); // a second time as far from 9
  expect(wide.high).toBeCloseTo((12 * 1.2) / 0.9, 9);
});

test("without error of the model an interval of seeds of 95 % becomes one of 80 %", () => {
  const spread = joined(spreadOf([1, 1, 1], 1), sideOf(100, 90), sideOf(100, null));
  const { low, high } = intervalOf(100, spread);
  expect(low).toBeCloseTo(100 * 0.9 ** (1.2815516 / 1.959964), 6);
  expect(high).toBeNull();
  expect(chanceBelow(low, 100, spread)).toBeCloseTo(0.1, 6);
  expect(chanceBelow(120, 100, spread)).toBeUndefined();
});

test.prop([factors, value, real(1, 2)])(
  "the ends of an interval are its 10th and 90th percentile, and its median is one",
  (own, at, wide) => {
    const spread = spreadOf(own, wide);
    const { low, high } = intervalOf(at, spread);
    expect(chanceBelow(low, at, spread)).toBeCloseTo(0.1, 5);
    expect(chanceBelow(high!, at, spread)).toBeCloseTo(0.9, 5);
    expect(chanceBelow(at * own[1], at, spread)).toBeCloseTo(0.5, 5);
  },
);

test.prop([factors, value, real(0.01, 100), real(0, 1)])(
  "a looser bound is kept no less surely, an error more widens, and scaling scales",
  (own, at, bound, more) => {
    const spread = spreadOf(own, 1);
    expect(chanceBelow(at * bound * 1.1, at, spread)!).toBeGreaterThanOrEqual(chanceBelow(at * bound, at, spread)!);
    expect(chanceBelow(at * bound * 8, at * 8, spread)).toBe(chanceBelow(at * bound, at, spread));
    const [narrow, wide] = [intervalOf(at, spread), intervalOf(at, joined(spread, more, more))];
    expect(wide.low).toBeLessThanOrEqual(narrow.low);
    expect(wide.high!).toBeGreaterThanOrEqual(narrow.high!);
  },
);

test.prop([factors, value])("a rate has the interval of the time that it is one over", (own, at) => {
  const spread = spreadOf(own, 1);
  const [time, rate] = [intervalOf(at, spread), intervalOf(1 / at, inverse(spread))];
  expect(rate.low * time.high!).toBeCloseTo(1, 9);
  expect(rate.high! * time.low).toBeCloseTo(1, 9);
});

test("a value of 20 ms with quantiles 0.9, 1 and 1.2 has the interval that the page works out", () => {
  const { low, high } = intervalOf(20, spreadOf([0.9, 1, 1.2], 1.2));
  expect(low).toBeCloseTo(17.6, 1);
  expect(high).toBeCloseTo(24.9, 1);
});
