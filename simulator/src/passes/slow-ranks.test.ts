import { parseScenario, type Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { halved } from "../laws/halved-scenario.contract.ts";
import { pipelinedScenario } from "../laws/pipelined-scenario.contract.ts";
import { loadedScenario } from "../loaded-scenario.contract.ts";
import { cutDifferences, executorContract } from "./executors.contract.ts";

// `pnpm fuzz` tries a thousand of each.
const FUZZED = process.env["FUZZ_FAULTS"];
const RUNS = FUZZED === undefined ? 10 : Number(FUZZED) / 10;
const LONG = FUZZED === undefined ? {} : { timeout: 3_600_000 };

/** `scenarios` with data groups of several ranks, some of which are slow: all the time, or for some of it. */
const slowed = (scenarios: fc.Arbitrary<Scenario>) =>
  fc
    .record({
      scenario: scenarios.filter(({ pools, parallelism }) => pools === undefined && (parallelism.attention?.tensor ?? 1) > 1),
      slow: fc.array(
        fc.record({
          kind: fc.constantFrom("gpu-slow" as const, "gpu-slow" as const, "link-slow" as const),
          at: fc.constantFrom(0, 0, 1e-4),
          for: fc.constantFrom(undefined, 2e-3),
          first: fc.nat(100),
          count: fc.constantFrom(1, 1, 2, 3),
          speed: fc.constantFrom(0.97, 0.7, 0.1),
        }),
        { minLength: 1, maxLength: 3 },
      ),
    })
    .map(({ scenario, slow }): Scenario => {
      const { expert, tensor, pipeline, data } = scenario.parallelism;
      const ranks = expert * tensor * pipeline * data;
      const faults = slow.map(({ first, count, ...each }) => ({
        ...each,
        ranks: [...new Set(Array.from({ length: count }, (_, i) => (first + i) % ranks))],
      }));
      return { ...scenario, faults };
    });

executorContract("ranks of a data group that are slow", slowed(loadedScenario), RUNS, LONG);
executorContract("ranks of a data group that are slow, in a pipeline", slowed(pipelinedScenario), RUNS, LONG);

const drawing = halved({ min: 4, max: 6 }, ["uniform", { kind: "lognormal", sigma: 1 }], [{}, { capacityFactor: 1 }]);
const served = drawing.filter(({ serving }) => serving.scheduler.kind !== "static");
executorContract(
  "ranks of a data group that are slow, in halves whose layers draw their experts",
  slowed(served),
  Math.ceil(RUNS / 2),
  LONG,
);

test("a micro-batch some of whose ops are not launched before a cut stays in events until then", () => {
  const scenario = parseScenario({
    tokenyard: 1,
    seed: 10118,
    model: {
      layers: 5,
      hiddenSize: 32,
      attention: { heads: 8, kvHeads: 4, headSize: 8, window: { tokens: 25, fullEvery: 2 } },
      dense: { hiddenSize: 64, matrices: 3 },
      vocabulary: 1000,
    },
    cluster: {
      gpu: { compute: "1 TFLOPS", bandwidth: "100 GB/s", memory: "1 GB", launch: "1 us" },
      gpusPerNode: 4,
      network: { kind: "two-tier", node: { bandwidth: "10 GB/s", latency: "0 s" }, fabric: { bandwidth: "2 GB/s", latency: "0 s" } },
    },
    parallelism: { pipeline: 3, tensor: 2 },
    workload: {
      kind: "batch",
      sequences: 2,
      promptTokens: { kind: "uniform", from: 1, to: 60 },
      outputTokens: { kind: "uniform", from: 1, to: 90 },
    },
    serving: {
      scheduler: { kind: "prefill-first", tokenBudget: 40, maxSequences: 3 },
      stepOverhead: { step: "3 us", request: "700 ns" },
      batchSizes: [2, 5],
      kv: { blockTokens: 7, blocks: 200, prefixCache: true },
    },
    faults: [
      { kind: "gpu-slow", at: "100 us", for: "2 ms", speed: "70 %", ranks: [3, 4] },
      { kind: "gpu-slow", at: "100 us", for: "2 ms", speed: "10 %", ranks: [0, 1, 2] },
      { kind: "gpu-slow", at: "0 s", for: "2 ms", speed: "97 %", ranks: [2, 3] },
    ],
  });
  const parts = [
    [588011, 0],
    [596731, 1],
    [412093, undefined],
    [777131, 0],
    [797183, -1],
    [48111, 0],
  ] as const;
  expect(
    cutDifferences(
      scenario,
      parts.map(([millionths, fromOp]) => ({ millionths, fromOp, pool: 0, replica: 0 })),
    ),
  ).toEqual([]);
});
