import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { percentile, statsOf } from "./stats.ts";
import { Tally } from "./tally.ts";

const tallied = (...values: number[]) => {
  const tally = new Tally();
  values.forEach((value, place) => {
    tally.put(place, value);
  });
  return tally.columns();
};

const values = fc.array(fc.integer({ min: -1000, max: 1_000_000 }), { minLength: 1, maxLength: 300 });

/** The smallest value that at least `percent` of all values do not exceed, by trying every one. */
function slowPercentile(all: readonly number[], percent: number): number {
  const fits = all.filter((value) => all.filter((other) => other <= value).length * 100 >= percent * all.length);
  return Math.min(...fits);
}

test.prop([values, fc.integer({ min: 1, max: 100 })])("a percentile is the smallest value that so many do not exceed", (all, percent) => {
  expect(percentile(Float64Array.from(all).sort(), percent)).toBe(slowPercentile(all, percent));
});

test("of ten values the median is the fifth, p90 the ninth, p99 the tenth", () => {
  const stats = statsOf(tallied(10, 2, 3, 4, 5, 6, 7, 8, 9, 1));
  expect(stats).toEqual({ mean: 5.5, p50: 5, p90: 9, p95: 10, p99: 10, p999: 10, max: 10 });
});

test.prop([fc.integer({ min: 1, max: 400 })])("rank 0.99 n is met exactly where it is whole", (hundreds) => {
  const sorted = Float64Array.from({ length: hundreds * 100 }, (_, at) => at + 1); // the k-th smallest is k
  expect(percentile(sorted, 99)).toBe(hundreds * 99);
});

test.prop([values])("the order of values does not matter, and they stay where they are", (all) => {
  const positive = all.map(Math.abs);
  const given = tallied(...positive);
  expect(statsOf(given)).toEqual({ ...statsOf(tallied(...positive.toReversed())), mean: expect.closeTo(statsOf(given)!.mean, 6) });
  expect(Array.from(given.values!)).toEqual(positive);
});

const uneven = fc.oneof(
  fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 300 }), // many are equal
  fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 300 }).map((all) => all.sort((a, b) => a - b)),
  fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 300 }).map((all) => all.sort((a, b) => b - a)),
  fc.nat(300).map((size) => Array.from({ length: size + 1 }, (_, at) => (at % 2 === 0 ? at : size - at))), // an organ pipe
);

test.prop([uneven])("statistics are those of the sorted values, however the values lie", (all) => {
  const { p50, p90, p95, p99, max } = statsOf(tallied(...all))!;
  const sorted = Float64Array.from(all).sort();
  expect([p50, p90, p95, p99, max]).toEqual([50, 90, 95, 99, 100].map((percent) => percentile(sorted, percent)));
});

test("no values have no statistics", () => {
  expect(statsOf(tallied())).toBeNull();
});
