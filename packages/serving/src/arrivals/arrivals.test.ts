import { Streams } from "@tokenyard/random";
import type { ArrivalsSpec } from "@tokenyard/scenario";
import { describe, expect, test } from "vitest";
import { Arrivals, type ArrivingSpec } from "./arrivals.ts";

const COUNT = 40_000;
const poisson = { kind: "poisson" } as const;

function timesOf(spec: ArrivingSpec, count: number | undefined = COUNT, seed = 1): number[] {
  const arrivals = new Arrivals(spec, count, new Streams(seed));
  const times: number[] = [];
  while (arrivals.nextNs < Number.POSITIVE_INFINITY) times.push(arrivals.take() / 1e9);
  return times;
}

/** Mean of the gaps, and their coefficient of variation. */
function gapMoments(arrivals: ArrivalsSpec, rate = 4): { mean: number; variation: number } {
  const times = timesOf({ arrivals, rate });
  const gaps = times.map((time, i) => time - (times[i - 1] ?? 0));
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / COUNT;
  const square = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / COUNT;
  return { mean, variation: Math.sqrt(square) / mean };
}

// rate 4: gaps of 0.25 s. The mean of 40,000 is off by variation·0.25/200; four of those are 0.005·variation.
describe("gaps at a steady rate", () => {
  test("of Poisson arrivals have the mean 1/rate and a coefficient of variation of 1", () => {
    const { mean, variation } = gapMoments(poisson);
    expect(Math.abs(mean - 0.25)).toBeLessThan(0.005);
    expect(Math.abs(variation - 1)).toBeLessThan(0.03); // 4·½·√((kurtosis 9 − 1)/40,000) = 0.028
  });

  test.each([0.3, 2, 3])("of gamma arrivals have the coefficient of variation %d that was written", (written) => {
    const { mean, variation } = gapMoments({ kind: "gamma", variation: written });
    expect(Math.abs(mean - 0.25)).toBeLessThan(0.005 * written);
    expect(Math.abs(variation / written - 1)).toBeLessThan(0.08); // 4·½·√((2 + 6·3²)/40,000) = 0.075 at 3
  });

  test("of Weibull arrivals have the mean 1/rate, and with shape 1/2 a coefficient of variation of √5", () => {
    // E[X]/scale = Γ(3) = 2, E[X²]/scale² = Γ(5) = 24: variance/mean² = 24/4 − 1 = 5
    const { mean, variation } = gapMoments({ kind: "weibull", shape: 0.5 });
    expect(Math.abs(mean - 0.25)).toBeLessThan(0.005 * Math.sqrt(5));
    expect(Math.abs(variation - Math.sqrt(5))).toBeLessThan(0.21); // of it 4·½·√((kurtosis 87.7 − 1)/40,000) = 0.093
  });

  test("of Weibull arrivals with shape 1 are those of Poisson arrivals", () => {
    const weibull = timesOf({ arrivals: { kind: "weibull", shape: 1 }, rate: 4 }, 100);
    for (const [i, time] of timesOf({ arrivals: poisson, rate: 4 }, 100).entries()) expect(weibull[i]).toBeCloseTo(time, 7);
  });

  test("of constant arrivals are all alike", () => {
    expect(gapMoments({ kind: "constant" }).variation).toBeLessThan(1e-6);
  });

  test("shrink with the rate and nothing else", () => {
    const slow = timesOf({ arrivals: poisson, rate: 1 }, 50);
    for (const [i, time] of timesOf({ arrivals: poisson, rate: 10 }, 50).entries()) expect(time).toBeCloseTo(slow[i]! / 10, 8);
  });
});

describe("arrivals in bursts", () => {
  const onOff = { kind: "on-off", on: 3, off: 9, phases: "fixed", quiet: 0, gaps: poisson } as const;

  test("come in the first 3 s of every 12 s only, at four times the mean rate", () => {
    const times = timesOf({ arrivals: onOff, rate: 5 });
    expect(times.every((time) => time % 12 <= 3)).toBe(true);
    // 40,000 at 20/s while on: 2,000 s on of 8,000 s in all, ±4·√40,000/5 = 160 s
    expect(Math.abs(times.at(-1)! - 8000)).toBeLessThan(160);
  });

  test("keep the mean rate with phases that are drawn, and with some between bursts", () => {
    const times = timesOf({ arrivals: { ...onOff, phases: "exponential", quiet: 0.5 }, rate: 5 });
    // about 670 turns of 12 s: the share of time on varies by 0.2/√670; the rate between 8 and 4 per second, so 4·4·0.0106/5 = 3.4 %
    expect(Math.abs(times.at(-1)! / 8000 - 1)).toBeLessThan(0.034);
  });

  test("have their share of time on", () => {
    // so many come that each phase is seen: a gap over 0.5 s is a quiet phase
    const times = timesOf({ arrivals: { ...onOff, on: 5, off: 15, gaps: { kind: "constant" }, phases: "exponential" }, rate: 10 });
    const quiet = times.map((time, i) => time - (times[i - 1] ?? 0)).filter((gap) => gap > 0.5);
    const off = quiet.reduce((sum, gap) => sum + gap, 0);
    expect(Math.abs(off / times.at(-1)! - 0.75)).toBeLessThan(0.075); // some 200 turns: 4·(1/4)·(3/4)·√(2/200) = 0.075
  });
});

describe("arrivals over the day", () => {
  const diurnal = { kind: "diurnal" as const, curve: [1, 3, 1, 0], period: 40, begin: 0, gaps: poisson };

  test("keep the mean rate over whole periods", () => {
    // 100 periods of 40 s at 10/s: 40,000 ± 4·200
    expect(Math.abs(timesOf({ arrivals: diurnal, rate: 10, duration: 4000 }, undefined).length - 40_000)).toBeLessThan(800);
  });

  test("come in each quarter as the area under the curve says", () => {
    const counts = [0, 0, 0, 0];
    for (const time of timesOf({ arrivals: diurnal, rate: 10, duration: 4000 }, undefined)) counts[Math.floor((time % 40) / 10)]!++;
    // means of neighbours 2, 2, 1/2, 1/2 of 5 in all: 16,000 16,000 4,000 4,000
    for (const [i, expected] of [16_000, 16_000, 4_000, 4_000].entries()) {
      expect(Math.abs(counts[i]! - expected)).toBeLessThan(4 * Math.sqrt(expected));
    }
  });

  test("begun later are those of the curve from there on", () => {
    const constant = { ...diurnal, gaps: { kind: "constant" as const } };
    const whole = timesOf({ arrivals: constant, rate: 10, duration: 80 }, undefined);
    const later = timesOf({ arrivals: { ...constant, begin: 10 }, rate: 10, duration: 40 }, undefined);
    const first = whole.filter((time) => time <= 10).length; // 160
    expect(first).toBe(160);
    for (const [i, time] of later.slice(0, 200).entries()) expect(time).toBeCloseTo(whole[first + i]! - 10, 6);
  });
});
