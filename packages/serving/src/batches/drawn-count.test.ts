import { type Stream, Streams } from "@tokenyard/random";
import type { DrawnCount } from "@tokenyard/scenario";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawCount } from "./drawn-count.ts";

const stream = (seed = 1): Stream => new Streams(seed).stream("counts");

function draws(spec: DrawnCount, count: number, seed = 1): number[] {
  const draw = drawCount(spec, stream(seed));
  return Array.from({ length: count }, draw);
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

const range = fc
  .tuple(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 0, max: 500 }))
  .map(([from, more]) => ({ from, to: from + more }));
const ranged: fc.Arbitrary<Extract<DrawnCount, { from?: unknown }>> = fc.oneof(
  range.map((r) => ({ kind: "uniform" as const, ...r })),
  fc.tuple(range, fc.double({ min: 0.01, max: 1e6, noNaN: true })).map(([r, m]) => ({ kind: "exponential" as const, mean: m, ...r })),
  fc
    .tuple(range, fc.double({ min: 0.01, max: 1e6, noNaN: true }), fc.double({ min: 0, max: 4, noNaN: true }))
    .map(([r, m, sigma]) => ({ kind: "lognormal" as const, mean: m, sigma, ...r })),
  fc.tuple(range, fc.double({ min: 0, max: 4, noNaN: true })).map(([r, exponent]) => ({ kind: "zipf" as const, exponent, ...r })),
);

describe("a drawn count", () => {
  test("is a whole number within its range", () => {
    fc.assert(
      fc.property(ranged, fc.nat(), (spec, seed) => {
        for (const drawn of draws(spec, 20, seed)) {
          expect(Number.isInteger(drawn)).toBe(true);
          expect(drawn).toBeGreaterThanOrEqual(spec.from!);
          expect(drawn).toBeLessThanOrEqual(spec.to!);
        }
      }),
    );
  });

  test("is at least 1 and at most a billion where no range is given", () => {
    expect(new Set(draws({ kind: "exponential", mean: 0.001 }, 100))).toEqual(new Set([1]));
    expect(new Set(draws({ kind: "lognormal", mean: 1e12, sigma: 0 }, 3))).toEqual(new Set([1e9]));
  });

  test("that is fixed draws nothing from its stream", () => {
    const untouched = stream();
    const used = stream();
    expect(drawCount({ kind: "fixed", value: 128 }, used)()).toBe(128);
    expect(used.next()).toBe(untouched.next());
  });

  test("that is uniform reaches both of its ends", () => {
    expect(new Set(draws({ kind: "uniform", from: 3, to: 5 }, 200))).toEqual(new Set([3, 4, 5]));
  });

  test("that is lognormal has the mean that was written", () => {
    // mean 1000, sigma 0.5: variance mean²·(e^0.25 − 1), so the mean of 40,000 is off by 1000·0.533/200 = 2.7; 4 of those
    const drawn = draws({ kind: "lognormal", mean: 1000, sigma: 0.5 }, 40_000);
    expect(Math.abs(mean(drawn) - 1000)).toBeLessThan(11);
  });

  test("that is exponential has the mean that was written", () => {
    // the mean of 40,000 is off by 1000/200 = 5; 4 of those
    expect(Math.abs(mean(draws({ kind: "exponential", mean: 1000 }, 40_000)) - 1000)).toBeLessThan(20);
  });

  test("that is zipf over 11 … 13 with exponent 1 stands as 6 : 3 : 2", () => {
    const drawn = draws({ kind: "zipf", exponent: 1, from: 11, to: 13 }, 11_000); // of 11 parts: 1 : 1/2 : 1/3 = 6 : 3 : 2
    const times = (value: number) => drawn.filter((d) => d === value).length;
    for (const [value, expected] of [
      [11, 6000],
      [12, 3000],
      [13, 2000],
    ] as const) {
      expect(Math.abs(times(value) - expected)).toBeLessThan(210); // 4·√(11000·p(1−p)) ≤ 4·52.2
    }
  });

  test("that is empirical comes as often as its weights say, and never at weight 0", () => {
    const drawn = draws({ kind: "empirical", values: [5, 7, 9], weights: [0, 3, 1] }, 4000);
    expect(new Set(drawn)).toEqual(new Set([7, 9]));
    expect(Math.abs(drawn.filter((d) => d === 7).length - 3000)).toBeLessThan(110); // 4·√(4000·3/4·1/4) = 109.5
  });

  test("that is empirical without weights takes its values alike", () => {
    const drawn = draws({ kind: "empirical", values: [5, 7] }, 4000);
    expect(Math.abs(drawn.filter((d) => d === 5).length - 2000)).toBeLessThan(127); // 4·√(4000·1/2·1/2) = 126.5
  });
});
