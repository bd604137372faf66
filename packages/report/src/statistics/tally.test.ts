import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { Histogram } from "./histogram.ts";
import { statsOf } from "./stats.ts";
import { Tally } from "./tally.ts";

const values = fc.array(fc.integer({ min: 1, max: 1_000_000_000 }), { minLength: 1, maxLength: 200 });

test.prop([values])("a histogram keeps count, sum and extremes, and its quantiles are within a bucket of the exact ones", (all) => {
  const exact = new Tally();
  const histogram = new Histogram();
  all.forEach((value, place) => {
    exact.put(place, value);
    histogram.add(value, 1);
  });
  const [one, other] = [exact.columns(), histogram.columns()];
  expect([other.count, other.sum, other.min, other.max]).toEqual([one.count, one.sum, one.min, one.max]);
  const [truth, near] = [statsOf(one)!, statsOf(other)!];
  for (const key of ["p50", "p90", "p95", "p99", "p999"] as const) expect(Math.abs(near[key] / truth[key] - 1)).toBeLessThan(1 / 128);
});

test.prop([values, fc.integer({ min: 1, max: 50 })])("a value seen so many times is so many values", (all, times) => {
  const once = new Histogram();
  const often = new Histogram();
  for (const value of all) {
    often.add(value, times);
    for (let i = 0; i < times; i++) once.add(value, 1);
  }
  expect(often.columns()).toEqual(once.columns());
});

const anyLengths = fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 40 });
/** As steps of a batch whose contexts grow, by half a bucket each or more: many lie on the bounds of one. */
const creepingLengths = fc
  .tuple(fc.integer({ min: 8, max: 30 }), fc.array(fc.nat(3), { minLength: 1, maxLength: 60 }))
  .map(([power, steps]) => {
    let length = 2 ** power;
    return steps.map((halves) => (length += halves * 2 ** (power - 8)));
  });

test.prop([fc.oneof(anyLengths, creepingLengths), fc.integer({ min: 1, max: 50 })])(
  "gaps between rising times are counted as one by one, whether they fall into one bucket or several",
  (lengths, times) => {
    const atNs = new Float64Array(lengths.length + 1);
    const one = new Histogram();
    lengths.forEach((length, i) => {
      atNs[i + 1] = atNs[i]! + length;
      one.add(length, times);
    });
    const all = new Histogram();
    all.addGaps(atNs, atNs.length, times);
    expect(all.columns()).toEqual(one.columns());
  },
);

/** Edges of series of latencies, in nanoseconds: 0, one at the end of a bucket, and others within. */
const EDGES = [0, 2 ** 9, 500_000, 1_900_000, 2_200_000, 1e7, 2.5e7, 2 ** 30, 2.56e12];

test.prop([
  fc.array(fc.tuple(fc.oneof(fc.nat(5e7), fc.constantFrom(...EDGES), fc.constantFrom(...EDGES.map((edge) => edge + 1))), fc.nat(9))),
])("a histogram counts exactly how many values are at most each of its edges, however they came", (counted) => {
  const byOne = new Histogram(EDGES);
  const atNs = Float64Array.of(0, ...counted.map(([length]) => length));
  for (let i = 1; i < atNs.length; i++) atNs[i]! += atNs[i - 1]!;
  for (const [value, times] of counted) byOne.add(value, times);
  byOne.addGaps(atNs, atNs.length, 3);
  const upTo = (edge: number) => counted.reduce((sum, [value, times]) => sum + (value <= edge ? times + 3 : 0), 0);
  const counts = new Float64Array(EDGES.length + 2);
  byOne.countBelow(counts);
  const sum = counted.reduce((all, [value, times]) => all + value * (times + 3), 0);
  expect([...counts]).toEqual([...EDGES.map(upTo), upTo(Number.POSITIVE_INFINITY), sum]);
});

test("steps of one length on an edge, or just above it, are kept apart by the edge", () => {
  for (const gap of [500_000, 500_001]) {
    const histogram = new Histogram(EDGES);
    histogram.addGaps(
      Float64Array.from({ length: 6 }, (_, i) => i * gap),
      6,
      2,
    );
    const counts = new Float64Array(EDGES.length + 2);
    histogram.countBelow(counts);
    expect(counts[2]).toBe(gap === 500_000 ? 10 : 0);
  }
});

test("observations are kept in order of their place, whatever the order they come in, and places may stay empty", () => {
  const tally = new Tally();
  tally.put(7, 70);
  tally.put(2, 20);
  tally.put(40, 400);
  expect(tally.columns()).toEqual({ count: 3, sum: 490, min: 20, max: 400, values: Float64Array.of(20, 70, 400) });
});

test.prop([values, fc.integer({ min: 0, max: 300 })])("what a tally has room for does not show", (all, places) => {
  const [given, grown] = [new Tally(places), new Tally()];
  all.forEach((value, place) => {
    given.put(2 * place, value);
    grown.put(2 * place, value);
  });
  expect(given.columns()).toEqual(grown.columns());
});

test("a place that stayed empty is no value where observations become too many", () => {
  const most = 1 << 20;
  const tally = new Tally(most);
  for (let place = 1; place <= most; place++) tally.put(place, 1000);
  const { count, sum, min, max } = tally.columns();
  expect({ count, sum, min, max }).toEqual({ count: most, sum: 1000 * most, min: 1000, max: 1000 });
});

test("too many observations are counted by bucket: a million of one value stay one value, in few bytes", () => {
  const tally = new Tally();
  for (let place = 0; place <= 1 << 20; place++) tally.put(place, 1000);
  const { count, values, buckets } = tally.columns();
  expect([count, values]).toEqual([(1 << 20) + 1, undefined]);
  expect(buckets!.value).toHaveLength(1);
  expect(statsOf(tally.columns())!.p50).toBe(1000); // the extremes bound what stands for a bucket
});
