import { fc, test } from "@fast-check/vitest";
import { exp, lognormal, normal, Streams } from "@tokenyard/random";
import type { Distribution } from "@tokenyard/report";
import { describe, expect } from "vitest";
import { pooled } from "./clusters.ts";
import { runOf, runs } from "./drawn-clusters.contract.ts";
import { estimateOf } from "./estimate.ts";
import { holm } from "./holm.ts";
import { betaQuantile, incompleteBeta } from "./incomplete-beta.ts";
import { changeOf } from "./pairs.ts";
import { pooledMean } from "./pooled-mean.ts";
import { type Bounded, pooledQuantile } from "./pooled-quantile.ts";
import { studentT } from "./student-t.ts";

const STUDIES = 200;
const QUANTILES = [0.5, 0.9, 0.99];

/** Share of studies whose interval holds `truth`. */
function coverage(studies: readonly (Bounded | undefined)[], truth: number): number {
  const held = studies.filter((bounded) => bounded!.interval!.low <= truth && truth <= bounded!.interval!.high);
  return held.length / studies.length;
}

/** The value that a share `p` of a lognormal with `sigma` is at most, of which `share` is ten times as long. */
function quantileOf(p: number, share: number, sigma = 1): number {
  let [low, high] = [1e-6, 1e6];
  for (let i = 0; i < 200; i++) {
    const middle = Math.sqrt(low * high);
    if ((1 - share) * below(Math.log(middle) / sigma) + share * below(Math.log(middle / 10) / sigma) < p) low = middle;
    else high = middle;
  }
  return low;
}

/** The standard normal distribution function. Source: Abramowitz and Stegun 7.1.26, within 1.5e-7. */
function below(z: number): number {
  const t = 1 / (1 + 0.3275911 * (Math.abs(z) / Math.SQRT2));
  const series = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  const half = (1 - series * Math.exp(-(z * z) / 2)) / 2;
  return z < 0 ? 0.5 - half : 0.5 + half;
}

/** Studies of `seeds` runs of 200 requests, of which some runs have requests that are ten times slower. */
function studiesOf(name: string, seeds: number, badRuns: number, slow: number, sigma = 1): Distribution[][] {
  const stream = new Streams(1).stream(name);
  return Array.from({ length: STUDIES }, () =>
    runs(seeds, 200, () => {
      const isBad = stream.next() < badRuns;
      return () => lognormal(stream, 0, sigma) * (isBad && stream.next() < slow ? 10 : 1);
    }),
  );
}

describe("quantiles of pooled requests, with seeds as clusters", () => {
  test.each([8, 32])(
    "of independent lognormals, the interval of %i seeds of 200 holds the truth in at least 93 of 100 studies",
    { tags: "long" },
    (seeds) => {
      const studies = studiesOf("independent", seeds, 0, 0).map(pooled);
      for (const p of QUANTILES)
        expect(
          coverage(
            studies.map((each) => pooledQuantile(each, p)),
            quantileOf(p, 0),
          ),
          `p${p}`,
        ).toBeGreaterThanOrEqual(0.93);
    },
  );

  test("where three of ten seeds have slow requests it does in at least 92; the mean of the runs' p90 in at most 60", {
    tags: "long",
  }, () => {
    const studies = studiesOf("three of ten", 32, 0.3, 0.1, 0.5);
    for (const p of QUANTILES)
      expect(
        coverage(
          studies.map((each) => pooledQuantile(pooled(each), p)),
          quantileOf(p, 0.03, 0.5),
        ),
        `p${p}`,
      ).toBeGreaterThanOrEqual(0.92);
    const ofRuns = studies.map((each) => {
      const p90s = each.map((run) => run.values[179]!);
      const { mean, interval } = estimateOf(p90s, "positive")!;
      return { value: mean, interval };
    });
    expect(coverage(ofRuns, quantileOf(0.9, 0.03, 0.5))).toBeLessThanOrEqual(0.6);
  });

  test("where one of ten seeds has many slow requests it does in at least 88", { tags: "long" }, () => {
    const studies = studiesOf("one of ten", 32, 0.1, 0.3).map(pooled);
    for (const p of QUANTILES)
      expect(
        coverage(
          studies.map((each) => pooledQuantile(each, p)),
          quantileOf(p, 0.03),
        ),
        `p${p}`,
      ).toBeGreaterThanOrEqual(0.88);
  });

  test("p99 is open above below 534 requests in 8 seeds and closes soon after", () => {
    const stream = new Streams(2).stream("closing");
    const high = (requests: number) =>
      pooledQuantile(pooled(runs(8, requests, () => () => stream.next())), 0.99)!.interval!.high === Number.POSITIVE_INFINITY;
    expect(high(66)).toBe(true); // 528
    expect(high(4000)).toBe(false);
  });

  test("one request a cluster is the binomial interval of (N − 1)(z / t)² requests", () => {
    const stream = new Streams(3).stream("one each");
    const clusters = pooled(runs(400, 1, () => () => stream.next()));
    const n = 399 * (1.959963984540054 / studentT(399, 0.05)) ** 2;
    const ranks = Array.from({ length: 400 }, (_, i) => i + 1);
    const upper = ranks.find((rank) => incompleteBeta(0.9, (n * rank) / 400, (n * (400 - rank)) / 400 + 1) <= 0.025)!;
    const lower = ranks.find((rank) => 1 - incompleteBeta(0.9, (n * rank) / 400 + 1, (n * (400 - rank)) / 400) > 0.025)!;
    const [l, u] = [betaQuantile(0.025, n * 0.9, n * 0.1 + 1), betaQuantile(0.975, n * 0.9 + 1, n * 0.1)];
    const { low, high } = pooledQuantile(clusters, 0.9)!.interval!;
    expect(low).toBe(clusters.values[Math.min(lower, Math.floor(l * 400)) - 1]);
    expect(high).toBe(clusters.values[Math.max(upper, Math.ceil(u * 400) + 1) - 1]);
  });
});

const anyRuns = fc.array(fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 30 }), { minLength: 2, maxLength: 6 });

describe("of any seeds", () => {
  test("equal values have no width below, and none above where there are enough of them", () => {
    const same = pooled(Array.from({ length: 8 }, () => runOf(new Array(500).fill(3))));
    expect(pooledQuantile(same, 0.5)).toEqual({ value: 3, interval: { low: 3, high: 3 } });
    expect(pooledMean(same)).toEqual({ value: 3, interval: { low: 3, high: 3 } });
  });

  test.prop([anyRuns, fc.constantFrom(...QUANTILES), fc.constantFrom(2, 8)])("scaling all values scales the interval", (all, p, factor) => {
    const bounded = (scale: number) => pooledQuantile(pooled(all.map((run) => runOf(run.map((value) => value * scale)))), p)!;
    const { value, interval } = bounded(1);
    expect(bounded(factor)).toEqual({ value: value * factor, interval: { low: interval!.low * factor, high: interval!.high * factor } });
  });

  test.prop([anyRuns, fc.constantFrom(...QUANTILES)])("their order does not show", (all, p) => {
    const [there, back] = [all, [...all].reverse()].map((order) => pooled(order.map(runOf)));
    expect(pooledQuantile(back!, p)).toEqual(pooledQuantile(there!, p));
    expect(pooledMean(back!)).toEqual(pooledMean(there!));
  });

  test.prop([anyRuns, fc.constantFrom(...QUANTILES)])("the interval holds the estimate, which is the ⌈pN⌉-th smallest", (all, p) => {
    const sorted = all.flat().sort((a, b) => a - b);
    const { value, interval } = pooledQuantile(pooled(all.map(runOf)), p)!;
    expect(value).toBe(sorted[Math.ceil(Number((p * sorted.length).toPrecision(12))) - 1]);
    expect(interval!.low).toBeLessThanOrEqual(value);
    expect(interval!.high).toBeGreaterThanOrEqual(value);
  });

  test.prop([anyRuns])("the variance of a share is that of the counts of seeds around it", (all) => {
    const { values, shares, variances, count } = pooled(all.map(runOf));
    const k = all.length;
    for (const [i, value] of values.entries()) {
      const squares = all.map((run) => (run.filter((each) => each <= value).length - shares[i]! * run.length) ** 2);
      expect(variances[i]).toBeCloseTo(((k / (k - 1)) * squares.reduce((sum, each) => sum + each, 0)) / count ** 2, 12);
    }
  });

  test.prop([anyRuns, fc.constantFrom(...QUANTILES)])("one more that never was moves no end down", (all, p) => {
    const [before, after] = [0, 1].map(
      (never) => pooledQuantile(pooled(all.map((run, i) => ({ ...runOf(run), never: i === 0 ? never : 0 }))), p)!,
    );
    expect(after!.value).toBeGreaterThanOrEqual(before!.value);
    expect(pooledMean(pooled([{ ...runOf(all[0]!), never: 1 }, ...all.slice(1).map(runOf)]))!.value).toBe(Number.POSITIVE_INFINITY);
  });

  test("one seed has no interval", () => {
    expect(pooledQuantile(pooled([runOf([1, 2, 3])]), 0.5)).toEqual({ value: 2, interval: null });
    expect(pooledMean(pooled([runOf([1, 2, 3])]))).toEqual({ value: 2, interval: null });
    expect(pooledMean(pooled([]))).toBeUndefined();
  });
});

test("the mean of skewed seeds is held in at least 90 of 100 studies of 8, where the symmetric interval on a log scale is below 90", () => {
  const stream = new Streams(4).stream("skewed");
  const truth = exp(1.5 ** 2 / 2);
  const studies = Array.from({ length: 400 }, () => {
    const all = runs(8, 5, () => () => lognormal(stream, 0, 1.5));
    return { bounded: pooledMean(pooled(all))!, means: all.map(({ sum }) => sum / 5) };
  });
  expect(
    coverage(
      studies.map(({ bounded }) => bounded),
      truth,
    ),
  ).toBeGreaterThanOrEqual(0.9);
  const shipped = studies.map(({ means }) => ({ value: 0, interval: estimateOf(means, "positive")!.interval }));
  expect(coverage(shipped, truth)).toBeLessThan(0.9);
});

describe("a comparison", () => {
  test("calls one of eight equal metrics different in at most 7 of 100 comparisons, after Holm; without in more than 20", () => {
    const stream = new Streams(5).stream("equal");
    let [real, without] = [0, 0];
    for (let study = 0; study < 1000; study++) {
      const ps = Array.from({ length: 8 }, () => {
        const pairs = Array.from({ length: 10 }, () => [exp(normal(stream)), exp(normal(stream))] as const);
        return changeOf(
          pairs.map(([a]) => a),
          pairs.map(([, b]) => b),
        )!.p!;
      });
      if (holm(ps).includes(true)) real++;
      if (ps.some((p) => p <= 0.05)) without++;
    }
    expect(real / 1000).toBeLessThanOrEqual(0.07);
    expect(without / 1000).toBeGreaterThan(0.2);
  });

  test("gives the typical change of a run: every run 6 % shorter is exactly that", () => {
    const a = [1, 2, 40, 0.1];
    const { factor, interval, p } = changeOf(
      a,
      a.map((value) => value * 0.94),
    )!;
    expect(factor).toBeCloseTo(0.94, 12);
    expect(interval!.high - interval!.low).toBeLessThan(1e-12);
    expect(p).toBeLessThan(1e-9);
    expect(changeOf([1], [2])).toMatchObject({ interval: null, p: null });
    expect(changeOf([0], [2])).toBeUndefined();
  });

  test("Holm holds the smallest p against 0.05 over all, and stops at the first that is too large", () => {
    expect(holm([0.012, 0.2, 0.01, 0.03])).toEqual([true, false, true, false]); // 0.0125, 0.0167, 0.025
    expect(holm([0.02, 0.03, 0.04, 0.05])).toEqual([false, false, false, false]);
  });
});
