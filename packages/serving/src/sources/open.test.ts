import { Streams } from "@tokenyard/random";
import type { ArrivalsSpec, WorkloadSpec } from "@tokenyard/scenario";
import { describe, expect, test } from "vitest";
import { OpenSource } from "./open.ts";
import { requestSourceContract } from "./request-source.contract.ts";
import { served } from "./served.contract.ts";

type OpenSpec = Extract<WorkloadSpec, { kind: "open" }>;
const lengths = {
  promptTokens: { kind: "uniform", from: 1, to: 900 },
  outputTokens: { kind: "zipf", exponent: 1, from: 1, to: 50 },
} as const;
const poisson: OpenSpec = { kind: "open", requests: 30, rate: 3, arrivals: { kind: "poisson" }, ...lengths };
const gaps = { kind: "gamma", variation: 2 } as const;
const other = { promptTokens: { kind: "fixed", value: 5 }, outputTokens: { kind: "lognormal", mean: 20, sigma: 2 } } as const;
const classes = [
  { name: "chat", priority: 0, targets: {}, share: 3, ...lengths },
  { name: "code", priority: 1, targets: {}, share: 1, pairs: [{ promptTokens: 5000, outputTokens: 9, weight: 1 }] },
];

const anyArrivals: readonly ArrivalsSpec[] = [
  poisson.arrivals,
  { kind: "gamma", variation: 0.5 },
  { kind: "weibull", shape: 0.7 },
  { kind: "constant" },
  { kind: "on-off", on: 1, off: 4, phases: "exponential", quiet: 0.1, gaps },
  { kind: "diurnal", curve: [1, 5, 2], period: 10, begin: 4, gaps },
];
for (const arrivals of anyArrivals) {
  const workload = { ...poisson, arrivals };
  requestSourceContract(`an open load with ${arrivals.kind} arrivals`, { workload, otherLengths: { ...workload, ...other } });
}

const shared = { tokens: 100, groups: 5, exponent: 1 };
requestSourceContract("an open load whose prompts begin alike", {
  workload: { ...poisson, prefix: shared },
  otherLengths: { ...poisson, ...other, prefix: shared },
});

const staged: OpenSpec = {
  kind: "open",
  arrivals: {
    kind: "stages",
    gaps: { kind: "constant" },
    stages: [
      { rate: 2, duration: 3 },
      { rate: 0, duration: 4 },
      { rate: 4, duration: 1 },
    ],
  },
  ...lengths,
};
requestSourceContract("an open load in stages", { workload: staged, otherLengths: { ...staged, ...other } });
const { promptTokens: _, outputTokens: __, ...bare } = poisson;
requestSourceContract("an open load of two classes", { workload: { ...bare, classes }, otherLengths: poisson });

describe("an open load", () => {
  const times = (workload: OpenSpec) => served(new OpenSource(workload, new Streams(1))).map(({ arrivedNs }) => arrivedNs / 1e9);

  test("at a constant rate comes at once over the rate and its multiples", () => {
    expect(times({ ...poisson, requests: 4, rate: 8, arrivals: { kind: "constant" } })).toEqual([0.125, 0.25, 0.375, 0.5]);
  });

  test("in stages comes at the rate of each for its duration, and not in a pause", () => {
    // six within 3 s, none for 4 s, four within the last second
    expect(times(staged)).toEqual([0.5, 1, 1.5, 2, 2.5, 3, 7.25, 7.5, 7.75, 8]);
  });

  test("ends by its number or its duration, whichever comes first", () => {
    const constant: OpenSpec = { ...poisson, rate: 2, arrivals: { kind: "constant" } };
    expect(times({ ...constant, requests: 100, duration: 2 })).toEqual([0.5, 1, 1.5]); // that of 2 s does not come any more
    expect(times({ ...constant, requests: 2, duration: 2 })).toEqual([0.5, 1]);
    expect(times({ ...staged, requests: 7 })).toHaveLength(7);
    expect(new OpenSource({ ...constant, requests: 100, duration: 2 }, new Streams(1)).total).toBeUndefined();
    expect(new OpenSource({ ...constant, requests: 100 }, new Streams(1)).total).toBe(100);
  });

  test("refuses times past the last nanosecond", () => {
    expect(() => times({ ...poisson, rate: 1e-9, arrivals: { kind: "constant" } })).toThrow("arrivals past 9e6 s given");
  });
});
