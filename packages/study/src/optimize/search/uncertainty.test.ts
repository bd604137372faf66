import { parseScenario } from "@tokenyard/scenario";
import { simulate } from "@tokenyard/simulator";
import { expect, test } from "vitest";
import { uncertaintyOf } from "./uncertainty.ts";

function ran(engine: string, more: object = {}) {
  return simulate(
    parseScenario({
      tokenyard: 1,
      model: "qwen3-30b-a3b",
      cluster: { gpu: { preset: "h100-sxm", cost: "2 USD/h" }, network: "hgx-h100-ndr" },
      engine,
      parallelism: { expert: 2 },
      workload: { kind: "closed", concurrency: 4, requests: 8, promptTokens: 64, outputTokens: 16 },
      serving: { scheduler: { kind: "continuous", tokenBudget: 1024, maxSequences: 8 } },
      ...more,
    }),
  );
}

test("numbers of an engine whose runs were measured have the ranges of its report; what a token costs has those of the rate, turned over", () => {
  const report = ran("vllm");
  const { intervals } = report.modelError as Extract<typeof report.modelError, { readonly intervals: object }>;
  const p99 = report.tpotSeconds!.p99!;
  expect(uncertaintyOf(report, "tpot.p99", p99)).toEqual({ ...intervals["tpotSeconds.p99"], by: "measured runs" });
  const usd = report.cost!.usdPerMillionTokens!;
  const rate = intervals["throughput.tokensPerSecond"]!;
  const factor = usd * report.throughput.tokensPerSecond!;
  const range = uncertaintyOf(report, "costPerMillionTokens", usd)!;
  expect([range.low * rate.high!, range.high! * rate.low].map((each) => each / factor)).toEqual([
    expect.closeTo(1, 9),
    expect.closeTo(1, 9),
  ]);
  expect(uncertaintyOf(report, "gpus", 2)).toBeNull();
});

test("without measured runs only what goes by the law of uneven experts may err, by its error", () => {
  const gate = { kind: "lognormal", sigma: 1 };
  const exact = ran("ideal", { routing: { gate, resolution: "exact" } });
  expect(uncertaintyOf(exact, "tpot.p99", 1)).toBeNull();
  const law = ran("ideal", { routing: { gate, resolution: "law" } });
  const { low, high, by } = uncertaintyOf(law, "tpot.p99", 1)!;
  expect([by, 1 - low]).toEqual(["law", expect.closeTo(high! - 1, 9)]);
  expect(high!).toBeGreaterThan(1);
});
