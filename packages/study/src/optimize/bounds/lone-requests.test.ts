import { compilePlan } from "@tokenyard/placement";
import { metricValue } from "@tokenyard/report";
import { parseScenario, type Scenario } from "@tokenyard/scenario";
import { PassClock, simulate } from "@tokenyard/simulator";
import { loadedScenario } from "@tokenyard/simulator/loaded-scenario.contract.ts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { choiceOf } from "../space/choice.ts";
import { LoneRequests } from "./lone-requests.ts";

const BOUNDED = [
  "horizonSeconds",
  ...["ttft", "tpot", "e2e"].flatMap((name) => ["mean", "p50", "p99", "max"].map((statistic) => `${name}Seconds.${statistic}`)),
  ...["tokensPerSecond", "tokensPerMsPerGpu"].map((rate) => `throughput.${rate}`),
  ...["gpuHours", "usd", "usdPerMillionTokens", "usdPerMillionOutputTokens"].map((cost) => `cost.${cost}`),
];

/** `scenario` without what spares requests their work. */
function plain(scenario: Scenario): Scenario {
  const { faults: _, retries: __, checkpoints: ___, rebalance: ____, expertCache: _____, alerts: ______, ...rest } = scenario;
  const { speculation, batchWait, receiveInterval, dataGroups, mostWaiting, ...serving } = scenario.serving;
  const { cachedTokens, prefix, ...workload } = scenario.workload as Scenario["workload"] & { cachedTokens?: unknown; prefix?: unknown };
  return { ...rest, serving, workload: workload as Scenario["workload"] };
}

/** Numbers of a run that lie outside of their bounds, and how near the others come; undefined where there are no bounds. */
function compared(given: Scenario) {
  const scenario: Scenario = { ...given, cluster: { ...given.cluster, gpu: { ...given.cluster.gpu, cost: 2 } } };
  const lone = LoneRequests.of(scenario);
  if (lone === undefined) return undefined;
  const { cacheTokens } = new PassClock(scenario);
  const bounds = lone.bounds(choiceOf(scenario, compilePlan(scenario)), cacheTokens);
  const report = simulate(scenario);
  const outside: string[] = [];
  const nearness: Record<string, number> = {};
  for (const path of BOUNDED) {
    const value = metricValue(report, { path });
    const range = bounds(path);
    if (value === null || range === undefined) continue;
    if (value < range.low || value > range.high) outside.push(`${path}: ${value} is not in ${range.low} … ${range.high}`);
    nearness[path] = Number.isFinite(range.high) ? value / range.high : range.low / value;
  }
  return { outside, nearness };
}

/** How many of `numRuns` drawn loads have bounds, none of which their runs are better than. */
function bounded(numRuns: number): number {
  let known = 0;
  const holds = fc.property(loadedScenario, (scenario) => {
    const found = compared(plain(scenario));
    if (found === undefined) return;
    known++;
    expect(found.outside).toEqual([]);
  });
  fc.assert(holds, { numRuns });
  return known;
}

test("no run of a load is better than its bounds", () => {
  expect(bounded(40)).toBeGreaterThan(5);
});

test("nor is one of many", { tags: "long" }, () => {
  expect(bounded(400)).toBeGreaterThan(100);
});

test("of few requests that come far apart, latencies, costs and throughput are near their bounds", () => {
  const scenario = parseScenario({
    tokenyard: 1,
    engine: "ideal",
    model: { preset: "llama-3.1-8b", layers: 8 },
    cluster: { gpu: "h100-sxm", kernels: "roofline", network: "hgx-h100-ndr" },
    workload: { kind: "open", rate: "1 requests/s", arrivals: { kind: "constant" }, requests: 5, promptTokens: 500, outputTokens: 20 },
    serving: { scheduler: { kind: "continuous", tokenBudget: 4096, maxSequences: 16 } },
  });
  const { outside, nearness } = compared(scenario)!;
  expect(outside).toEqual([]);
  for (const path of ["ttftSeconds.p50", "tpotSeconds.p50", "horizonSeconds", "cost.usd", "throughput.tokensPerSecond"])
    expect(nearness[path], path).toBeGreaterThan(0.9);
});
