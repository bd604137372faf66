import { parseScenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { retriedPipelines, struckAndRetriedPipelines } from "../laws/retried-scenario.contract.ts";
import { executorDifferences } from "../passes/executors.contract.ts";

// `pnpm fuzz` tries a thousand of each.
const FUZZED = process.env["FUZZ_FAULTS"];
const LONG = FUZZED === undefined ? {} : { timeout: 3_600_000 };
const RUNS = FUZZED === undefined ? 8 : Number(FUZZED) / 10;

for (const [name, scenarios] of [
  ["", retriedPipelines],
  [", under any faults", struckAndRetriedPipelines],
] as const)
  test(`schedules of pipelines give the recording of their events, whatever is given up and tried again${name}`, LONG, () => {
    fc.assert(
      fc.property(scenarios, (scenario) => {
        expect(executorDifferences(scenario)).toEqual([]);
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  });

test("so they do where a client waits for its pass to end: no schedule is asked for other passes whenever something else happens meanwhile", () => {
  const scenario = parseScenario({
    tokenyard: 1,
    seed: 736230,
    model: {
      layers: 6,
      hiddenSize: 32,
      attention: { heads: 8, kvHeads: 4, headSize: 8 },
      dense: { hiddenSize: 64, matrices: 3 },
      vocabulary: 100_000,
    },
    cluster: {
      gpu: { compute: "1 TFLOPS", bandwidth: "100 GB/s", memory: "1 GB", launch: "1 us" },
      gpusPerNode: 4,
      network: { kind: "two-tier", node: { bandwidth: "10 GB/s", latency: "0 us" }, fabric: { bandwidth: "100 MB/s", latency: "0 us" } },
    },
    parallelism: { pipeline: 4 },
    workload: {
      kind: "open",
      requests: 24,
      rate: "3000 requests/s",
      promptTokens: { kind: "uniform", from: 1, to: 60 },
      outputTokens: { kind: "uniform", from: 1, to: 90 },
    },
    serving: {
      scheduler: { kind: "continuous", tokenBudget: 8, maxSequences: 8 },
      batchSizes: [2, 5],
      kv: { blockTokens: 1, blocks: 150 },
      mostWaiting: 1,
    },
    retries: {
      client: { limit: 3, timeout: "1 ms", backoff: { first: "300 us", factor: 1.5, most: "300 us", jitter: "20 %" } },
      router: { limit: 0, first: "1 us", factor: 3, most: "1 us", jitter: "100 %" },
      breaker: { failures: 4, window: "1 s", open: "20 us", successes: 2 },
    },
  });
  expect(executorDifferences(scenario)).toEqual([]);
});
