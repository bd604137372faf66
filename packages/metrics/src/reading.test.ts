import type { AlertRuleSpec } from "@tokenyard/scenario";
import { describe, expect, test } from "vitest";
import { durationText, expressionOf, valueExpression } from "./expression.ts";
import { familyOf, widthOf } from "./family.ts";
import { Reading } from "./reading.ts";
import { type Rule, watchOf } from "./rule.ts";
import { Sample } from "./sample.ts";

const ruleOf = (spec: Omit<AlertRuleSpec, "name">): Rule => watchOf({ every: 5, rules: [{ name: "Rule", ...spec }] }).rules[0]!;

/** Values of a rule after each of `rows`, taken every 5 s. */
function valuesOf(rule: Rule, fill: (sample: Sample) => (row: number) => void, rows: number): number[][] {
  const sample = new Sample();
  const set = fill(sample);
  const reading = new Reading(rule, sample, 5000);
  return Array.from({ length: rows }, (_, row) => {
    set(row);
    reading.take();
    return [...reading.values];
  });
}

const columns =
  (key: Parameters<Sample["add"]>[0], labels: readonly (readonly string[])[], rows: readonly (readonly number[])[]) => (sample: Sample) => {
    const values = sample.add(key, labels);
    return (row: number) => values.set(rows[row]!);
  };
const REPLICAS = [["0"], ["1"]];

describe("by hand: what a rule compares with its bound", () => {
  const rows = [
    [1, 9],
    [3, 7],
    [8, 2],
    [6, 4],
  ];

  test("of levels the most that may not be too much, the least that may not be too little", () => {
    expect(valuesOf(ruleOf({ metric: "waiting", above: 5 }), columns("waiting", REPLICAS, rows), 4)).toEqual([[9], [7], [8], [6]]);
    expect(valuesOf(ruleOf({ metric: "waiting", below: 5 }), columns("waiting", REPLICAS, rows), 4)).toEqual([[1], [3], [2], [4]]);
    expect(valuesOf(ruleOf({ metric: "waiting", above: 5, by: ["replica"] }), columns("waiting", REPLICAS, rows), 4)).toEqual(rows);
  });

  test("over 10 s the mean of at most three samples, those of before are forgotten", () => {
    const means = valuesOf(ruleOf({ metric: "waiting", above: 5, over: 10, by: ["replica"] }), columns("waiting", REPLICAS, rows), 4);
    expect(means.map((each) => each.map((value) => Math.round(value * 1e9) / 1e9))).toEqual([
      [1, 9],
      [2, 8],
      [4, 6],
      [5.666666667, 4.333333333],
    ]);
  });

  test("of counters the sum of their increases a second; of one sample none", () => {
    const rates = valuesOf(
      ruleOf({ metric: "preempted", above: 5, over: 10 }),
      columns("preempted", REPLICAS, [
        [0, 5],
        [10, 5],
        [30, 15],
        [30, 35],
      ]),
      4,
    );
    expect(rates[0]).toEqual([Number.NaN]);
    // 10 in 5 s from 0, drawn out by nothing as it was 0 then, and none: 10 over 10 s
    expect(rates[1]![0]).toBeCloseTo(1, 12);
    expect(rates[2]![0]).toBeCloseTo((30 + 10) / 10, 12);
    expect(rates[3]![0]).toBeCloseTo((20 + 30) / 10, 12); // the window has moved on
  });

  test("a counter that begins again has not gone back", () => {
    const rule = ruleOf({ metric: "preempted", above: 5, over: 10 });
    expect(valuesOf(rule, columns("preempted", [[]], [[50], [70], [10]]), 3)[2]).toEqual([3]);
  });

  test("tokens a second and GPU are counted in thousands, of the GPUs that are there", () => {
    const rule = ruleOf({ metric: "throughputPerGpu", below: "5 tokens/ms", over: 5, by: ["replica"] });
    const fill = (sample: Sample) => {
      const tokens = sample.add("tokens", REPLICAS);
      const gpus = sample.add("gpus", REPLICAS);
      return (row: number) => {
        tokens.set([40_000 * row, 20_000 * row]);
        gpus.set([4, 1]);
      };
    };
    expect(valuesOf(rule, fill, 2)[1]).toEqual([40_000 / 5 / 4 / 1000, 20_000 / 5 / 1 / 1000]);
  });

  test("of histograms the quantile of what came in the window", () => {
    const { bounds } = familyOf("ttft");
    const width = widthOf(familyOf("ttft"));
    const at = bounds!.indexOf(1);
    /** `below` observations under 1 s and `all` in all. */
    const histogram = (below: number, all: number) =>
      Array.from({ length: width }, (_, b) => (b === width - 1 ? 99 : b < at ? 0 : b === at ? below : all));
    const rule = ruleOf({ metric: "ttft.p50", above: "1 s", over: 5 });
    const rows = [histogram(4, 4), histogram(4, 4), histogram(14, 14), histogram(14, 24), histogram(2, 2)];
    const found = valuesOf(rule, columns("ttft", [[]], rows), 5).map(([value]) => value!);
    expect(found.slice(0, 2)).toEqual([Number.NaN, Number.NaN]); // one sample, then none came
    const [low, high] = [bounds![at - 1]!, bounds![at + 1]!];
    expect(found[2]).toBeCloseTo(low + (1 - low) / 2, 9);
    expect(found[3]).toBeCloseTo(1 + (high - 1) / 2, 9);
    expect(found[4]).toBeCloseTo(low + (1 - low) / 2, 9); // it began again from 0: 2 below 1 s
  });

  test("it keeps as many numbers as its window has samples", () => {
    const family = familyOf("ttft");
    const rule = ruleOf({ metric: "ttft.p50", above: "1 s", over: 12 });
    expect(Reading.numbersOf(rule, { family, series: [[], []] }, 5000)).toBe(3 * 2 * widthOf(family));
  });
});

describe("rules in the language of Prometheus", () => {
  const text = (spec: Omit<AlertRuleSpec, "name">) => expressionOf(ruleOf(spec));
  test.each<[Omit<AlertRuleSpec, "name">, string]>([
    [{ metric: "waiting", above: 5 }, "max by () (tokenyard_requests_waiting) > 5"],
    [{ metric: "waiting", below: 5, over: 90, by: ["replica"] }, "min by (replica) (avg_over_time(tokenyard_requests_waiting[1m30s])) < 5"],
    [{ metric: "preempted", above: 2, over: 60 }, "sum by () (rate(tokenyard_preemptions_total[1m])) > 2"],
    [
      { metric: "throughputPerGpu", below: "5 tokens/ms", over: 60, when: "busy" },
      "sum by () (rate(tokenyard_tokens_total[1m])) / sum by () (tokenyard_gpus) / 1000 < 5 and on () (tokenyard_requests_in_flight > 0)",
    ],
    [
      { metric: "ttft.p99", above: "1500 ms", over: 300 },
      "histogram_quantile(0.99, sum by (le) (rate(tokenyard_time_to_first_token_seconds_bucket[5m]))) > 1.5",
    ],
  ])("%o", (spec, wanted) => {
    expect(text(spec)).toBe(wanted);
    expect(wanted.startsWith(valueExpression(ruleOf(spec)))).toBe(true);
  });

  test("times are written from days to milliseconds", () => {
    expect([0, 1, 999, 1000, 61_001, 3_600_000, 90_061_001].map(durationText)).toEqual([
      "0s",
      "1ms",
      "999ms",
      "1s",
      "1m1s1ms",
      "1h",
      "1d1h1m1s1ms",
    ]);
  });

  test("a rule has its times in whole milliseconds, and levels at the instant where none is given", () => {
    const rule = ruleOf({ metric: "ttft.p99", above: "1.5 s", over: 30, for: 7, keepFiringFor: 3, by: ["replica"] });
    expect(rule).toMatchObject({
      kind: "quantile",
      family: "ttft",
      quantile: 0.99,
      overMs: 30_000,
      forMs: 7000,
      keepMs: 3000,
      side: "above",
      bound: 1.5,
      busy: false,
      by: ["replica"],
    });
    expect(ruleOf({ metric: "waiting", below: 2 })).toMatchObject({
      kind: "level",
      quantile: 0,
      overMs: 0,
      forMs: 0,
      keepMs: 0,
      side: "below",
      bound: 2,
      by: [],
    });
  });
});
