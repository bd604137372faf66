import { condition, formula } from "@tokenyard/expression";
import { METRICS, metricPaths } from "@tokenyard/scenario";
import { simulate } from "@tokenyard/simulator";
import { expect, test } from "vitest";
import { tiny } from "../fixtures/tiny.ts";
import { PLAN_WORDS, RESULT_WORDS, resultScope } from "./words.ts";

const report = simulate(tiny);
const scope = resultScope(report);
const value = (text: string) => formula(text, RESULT_WORDS).evaluate(scope);

test("metrics, report paths, facts of the plan and scenario paths have the values of the report", () => {
  expect(value("ttft.p99")).toBe(report.ttftSeconds!.p99);
  expect(value("ttft")).toBe(report.ttftSeconds!.max);
  expect(value("throughputPerGpu")).toBe(report.throughput.tokensPerMsPerGpu);
  expect(value("droppedShare")).toBe(report.tokens.dropped / report.tokens.routed);
  expect(value("memory.weights")).toBe(report.memory.weights);
  expect(value("ranks")).toBe(2);
  expect(value("breakdown.ttft.experts")).toBe(report.breakdown.ttft!["experts"]);
  expect(value("balance.expert.prefill.perLayer.1.droppedShare")).toBe(report.balance.expert.prefill!.perLayer[1]!.droppedShare);
  expect(value("workload.sequences")).toBe(4);
  expect(value("cluster.gpu.bandwidth")).toBe(100e9);
  expect(value("workload.outputTokens")).toBe(3);
});

test("scenario paths may be texts: a word, or the kind of a choice", () => {
  const holds = (text: string) => condition(text, RESULT_WORDS).holds(scope);
  expect(holds("parallelism.layers == 'shared-ranks'")).toBe(true);
  expect(holds("routing.gate == 'uniform' and workload.kind == 'batch'")).toBe(true);
});

test("what has no value here has none: a metric that is null, a drawn count, a knob that is not set", () => {
  expect(value("workload.promptTokens")).toBe(null);
  expect(value("routing.capacityFactor")).toBe(null);
  expect(resultScope({ ...report, tpotSeconds: null })("tpot.mean")).toBe(null);
});

test("every metric and every number of the report may be named, with its unit", () => {
  for (const name of [...METRICS.map((metric) => metric.name), ...metricPaths()]) {
    expect(formula(name, RESULT_WORDS).names).toEqual([name]);
  }
  expect(formula("ttft", RESULT_WORDS).unit).toBe("s");
  expect(formula("cluster.network.fabric.bandwidth", RESULT_WORDS).unit).toBe("B/s");
});

test("before a run only the scenario and its plan are known", () => {
  expect(condition("ranks <= 512 and memory.reserved <= 90 GB and plan.nodes < 9", PLAN_WORDS).names).toEqual([
    "ranks",
    "memory.reserved",
    "plan.nodes",
  ]);
  expect(() => condition("throughputPerGpu > 1 tokens/ms", PLAN_WORDS)).toThrow("unknown name throughputPerGpu");
  expect(() => condition("memory.used > 1 GB", PLAN_WORDS)).toThrow("unknown name memory.used");
});

test("the nearest name is proposed", () => {
  expect(() => formula("troughputPerGpu", RESULT_WORDS)).toThrow("did you mean throughputPerGpu?");
  expect(() => formula("paralelism.tensor", RESULT_WORDS)).toThrow("did you mean parallelism.tensor?");
});
