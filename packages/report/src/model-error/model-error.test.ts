import { metricOf, parseScenario, resolvedOf } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import type { Recording } from "../recording/recording.ts";
import { tiny } from "../recording/tiny-recording.contract.ts";
import type { Report } from "../schema/report.ts";
import { summarize } from "../summary/summarize.ts";
import { renderText } from "../text/render-text.ts";
import { modelErrorOf } from "./model-error.ts";
import type { Factors, ResidualTable } from "./residual.ts";
import { RESIDUAL_TABLE } from "./residual-table.ts";

const scenario = parseScenario({
  tokenyard: 1,
  model: { preset: "llama-3.1-8b" },
  cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" },
  engine: "vllm",
  workload: { kind: "closed", requests: 20, concurrency: 2, promptTokens: 100, outputTokens: 10 },
});
/** Every request of the small run answered, as one of a closed loop of an engine. */
const recording: Recording = {
  ...tiny,
  models: ["kernels of vllm"],
  scenario: { ...tiny.scenario, resolved: resolvedOf(scenario) },
  plan: { ...tiny.plan, ranksPerLayer: 1, pipelineStages: 1 },
  requests: {
    ...tiny.requests,
    status: tiny.requests.status.map(() => 1),
    firstTokenNs: tiny.requests.arrivedNs.map((at) => at + 2e5),
    finishedNs: tiny.requests.arrivedNs.map((at) => at + 8e5),
  },
};
const factors: Factors = [0.8, 1, 1.25];
const table = (engine: string, combinations: number, own = factors): ResidualTable["residuals"][number] => ({
  engine,
  kind: "dense",
  load: "closed",
  runs: 40,
  combinations,
  factors: { ttftSeconds: own, tpotSeconds: own, e2eSeconds: own },
});
const KNOWN: ResidualTable = {
  source: "",
  residuals: [table("vllm", 3), table("any", 9, [0.5, 1, 1.5])],
  apart: RESIDUAL_TABLE.apart,
  between: { ttftSeconds: 0.3, tpotSeconds: 0, e2eSeconds: 0 },
  seen: ["vllm llama-3.1-8b h100-sxm"],
};

const target = (name: string, value: number) => ({ name, metric: metricOf(name)!, value });
const report = (...targets: ReturnType<typeof target>[]): Report => summarize(recording, targets);

function intervalAt(path: string, known: ResidualTable) {
  const { modelError } = modelErrorOf(report(), known);
  return "intervals" in modelError ? { ...modelError.intervals[path]!, seen: modelError.seen, runs: modelError.runs } : modelError;
}

test("a mean TTFT of 200 us lies in its quantiles, widened by 1.2 where such runs were measured", () => {
  expect(report().ttftSeconds?.mean).toBeCloseTo(2e-4, 9);
  const { low, high, seen } = intervalAt("ttftSeconds.mean", KNOWN) as { low: number; high: number; seen: boolean };
  expect(seen).toBe(true);
  expect(low).toBeCloseTo(2e-4 * 0.8 ** 1.2, 9);
  expect(high).toBeCloseTo(2e-4 * 1.25 ** 1.2, 9);
});

test("one that was not measured lies apart as measured ones do, and of two has the wider sides of its engine and of all", () => {
  const all = table("any", 9, [0.5, 1, 1.5]);
  const unseen = (combinations: number, path = "ttftSeconds.mean") =>
    intervalAt(path, { ...KNOWN, residuals: [table("vllm", combinations), all], seen: [] }) as { low: number; high: number; seen: boolean };
  const { low, high, seen } = unseen(2);
  expect(seen).toBe(false);
  const away = 1.2815516 * 0.3 * Math.sqrt(1 + 1 / 2);
  expect(low).toBeCloseTo(2e-4 * Math.exp(-1.2 * Math.hypot(Math.log(0.5), away)), 9);
  expect(high).toBeCloseTo(2e-4 * Math.exp(1.2 * Math.hypot(Math.log(1.5), away)), 9);
  const three = 1.2815516 * 0.3 * Math.sqrt(1 + 1 / 3);
  expect(unseen(3).low).toBeCloseTo(2e-4 * Math.exp(-1.2 * Math.hypot(Math.log(0.8), three)), 9);
  const { e2eSeconds } = report();
  expect(unseen(3, "e2eSeconds.mean").low).toBeCloseTo(e2eSeconds!.mean! * 0.8 ** 1.2, 9);
});

test("a kind of run without measured ones is uncalibrated", () => {
  expect(modelErrorOf(report(), { ...KNOWN, residuals: [], seen: [] }).modelError).toEqual({
    uncalibrated: ["such an engine and model"],
  });
  expect(summarize(tiny).modelError).toMatchObject({ uncalibrated: ["roofline kernels", "a batch that is dealt out at once"] });
});

test("targets hold with a probability: a half at the median, nine of ten at the 90th percentile, the other way for rates", () => {
  const found = modelErrorOf(
    report(target("ttft.mean", 2e-4), target("ttft.mean", 2e-4 * 1.25 ** 1.2), target("throughputPerGpu", 1)),
    KNOWN,
  );
  const { throughput } = report();
  const chances = found.targets.map(({ probability }) => probability);
  expect(chances[0]).toBeCloseTo(0.5, 6);
  expect(chances[1]).toBeCloseTo(0.9, 6);
  expect(chances[2]).toBe(0.99);
  const rate = target("throughputPerGpu", throughput.tokensPerMsPerGpu! * 1.25 ** 1.2);
  expect(modelErrorOf(report(rate), KNOWN).targets[0]!.probability).toBeCloseTo(0.1, 6);
  expect(modelErrorOf(report(target("loadVariance", 0.2)), KNOWN).targets[0]).not.toHaveProperty("probability");
});

test("seeds add in quadrature, and what they leave open has no probability", () => {
  const base = report(target("ttft.mean", 3e-4));
  const estimate = (high: number | null) => ({ count: 4, value: 2e-4, standardDeviation: 1e-5, interval: { low: 1.6e-4, high } });
  const of = (high: number | null) => ({
    ...base,
    seeds: { count: 4, first: 1, estimates: { "ttftSeconds.mean": estimate(high) }, targets: [], growth: null, warnings: [] },
  });
  const { modelError } = modelErrorOf(of(2.5e-4), KNOWN);
  const { low } = (modelError as { intervals: Record<string, { low: number }> }).intervals["ttftSeconds.mean"]!;
  const side = Math.hypot(1.2 * Math.log(0.8), (Math.log(0.8) * 1.2815516) / 1.959964);
  expect(low).toBeCloseTo(2e-4 * Math.exp(-side), 9);
  const open = modelErrorOf(of(null), KNOWN);
  expect((open.modelError as { intervals: Record<string, unknown> }).intervals["ttftSeconds.mean"]).toMatchObject({ high: null });
  expect(open.targets[0]).not.toHaveProperty("probability");
});

test("a report prints its interval and its targets' probabilities, and a roofline that it is uncalibrated", () => {
  const text = renderText(report(target("ttft.mean", 2.2e-4)));
  expect(text).toMatch(/ttft\.mean .* \d+ % with model error/);
  expect(text).toMatch(/Model error {2}a real server, in 8 of 10 cases: mean TTFT \d+ to \d+ us/);
  expect(text).toContain("measured on 264 runs like this");
  expect(renderText(summarize({ ...tiny, models: ["kernels"] }))).toContain("Model error  uncalibrated: measured runs say nothing of");
});

test("runs under another load that stand in are not called alike", () => {
  const closed = report(target("ttft.mean", 2.2e-4));
  const { resolved } = closed.scenario;
  const open = { ...resolved, workload: { ...(resolved["workload"] as object), kind: "open" } };
  const text = renderText({ ...closed, scenario: { ...closed.scenario, resolved: open } }).replace(/\s+/g, " ");
  expect(text).toContain(
    "(measured on 264 runs: of vLLM, dense models, users who wait for answers; wider: none of these with arrivals at a rate)",
  );
});

test("the table of the bundle is small, and its quantiles are in order", () => {
  expect(JSON.stringify(RESIDUAL_TABLE).length).toBeLessThan(40_000);
  for (const { factors: own, runs } of RESIDUAL_TABLE.residuals) {
    expect(runs).toBeGreaterThanOrEqual(15);
    for (const [low, middle, high] of Object.values(own)) {
      expect(low).toBeLessThan(middle);
      expect(middle).toBeLessThan(high);
    }
  }
});
