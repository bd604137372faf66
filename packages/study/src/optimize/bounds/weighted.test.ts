import { test } from "@fast-check/vitest";
import fc from "fast-check";
import { expect } from "vitest";
import { meanOf, quantileOf } from "./weighted.ts";

const value = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.double({ min: 0, max: 1e3, noNaN: true }));
const weighted = fc.array(fc.tuple(value, fc.integer({ min: 1, max: 9 })), { minLength: 1, maxLength: 40 });

test.prop([weighted, fc.constantFrom(50, 90, 99, 100)])(
  "a quantile is that of all values, each as often as it counts",
  (pairs, percent) => {
    const [values, counts] = columnsOf(pairs);
    const all = pairs.flatMap(([each, count]) => new Array<number>(count).fill(each)).sort((a, b) => a - b);
    expect(quantileOf(values, counts, percent)).toBe(all[Math.ceil((percent * all.length) / 100) - 1]);
    expect([values, counts]).toEqual(columnsOf(pairs)); // as they were
  },
);

test.prop([weighted])("so is a mean", (pairs) => {
  const all = pairs.flatMap(([each, count]) => new Array<number>(count).fill(each));
  expect(meanOf(...columnsOf(pairs))).toBeCloseTo(all.reduce((sum, each) => sum + each, 0) / all.length, 9);
});

function columnsOf(pairs: readonly (readonly [number, number])[]): [Float64Array, Float64Array] {
  return [Float64Array.from(pairs, ([each]) => each), Float64Array.from(pairs, ([, count]) => count)];
}
