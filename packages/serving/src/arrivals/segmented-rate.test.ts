import { test } from "@fast-check/vitest";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { type RateSegment, SegmentedRate } from "./segmented-rate.ts";

const rate = fc.double({ min: 0, max: 50, noNaN: true });
const segment: fc.Arbitrary<RateSegment> = fc.record({
  seconds: fc.double({ min: 0.01, max: 20, noNaN: true }),
  fromRate: rate,
  toRate: rate,
});

/** Requests that have come on average by `seconds`: areas of trapezia. */
function expectedBy(segments: readonly RateSegment[], seconds: number): number {
  let left = seconds;
  let sum = 0;
  for (const { seconds: lasts, fromRate, toRate } of segments) {
    const into = Math.min(left, lasts);
    sum += into * (fromRate + ((toRate - fromRate) * into) / lasts / 2);
    left -= into;
  }
  return sum;
}

describe("a rate in segments", () => {
  test.prop([
    fc.array(segment, { minLength: 1, maxLength: 6 }),
    fc.array(fc.double({ min: 0.01, max: 3, noNaN: true }), { maxLength: 30 }),
  ])("has its n-th request where n have come on average, and none past its end", (segments, steps) => {
    const curve = new SegmentedRate(segments);
    const all = expectedBy(segments, 1e9);
    let place = 0;
    let before = 0;
    for (const step of steps) {
      place += step;
      const seconds = curve.secondsAt(place);
      expect(seconds).toBeGreaterThanOrEqual(before);
      if (place > all + 1e-9) expect(seconds).toBe(Number.POSITIVE_INFINITY);
      else if (place < all - 1e-9) expect(expectedBy(segments, seconds)).toBeCloseTo(place, 6);
      before = seconds;
    }
  });
});
