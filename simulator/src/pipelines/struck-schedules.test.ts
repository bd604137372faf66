import { parseScenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { slowedPipelines, struckPipelines } from "../laws/struck-scenario.contract.ts";
import { anyCuts, cutDifferences, executorDifferences } from "../passes/executors.contract.ts";
import { prepare } from "../setup/prepare.ts";
import { run } from "../simulate.ts";
import { Simulation } from "../simulation.ts";

// `pnpm fuzz` tries a thousand of each.
const FUZZED = process.env["FUZZ_FAULTS"];
const RUNS = FUZZED === undefined ? 8 : Number(FUZZED) / 10;
const LONG = FUZZED === undefined ? {} : { timeout: 3_600_000 };

test("schedules of pipelines under any faults give the recording of their events, to the nanosecond", { ...LONG, tags: "long" }, () => {
  fc.assert(
    fc.property(struckPipelines, (scenario) => {
      expect(executorDifferences(scenario)).toEqual([]);
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
});

test("so they do where ranks are slow now and then", { ...LONG, tags: "long" }, () => {
  fc.assert(
    fc.property(slowedPipelines, (scenario) => {
      expect(executorDifferences(scenario)).toEqual([]);
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
});

test("so they do where faults strike, and replicas are broken off at other instants", { ...LONG, tags: "long" }, () => {
  fc.assert(
    fc.property(struckPipelines, anyCuts, (scenario, parts) => {
      expect(cutDifferences(scenario, parts)).toEqual([]);
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
});

test("a fault takes events by the passes about it, and not by the tokens of the run", () => {
  const events = (outputTokens: number, faults: object[]) => {
    const scenario = parseScenario({
      tokenyard: 1,
      model: { layers: 4, hiddenSize: 32, attention: { heads: 8, kvHeads: 4, headSize: 8 }, dense: { hiddenSize: 64, matrices: 3 } },
      cluster: {
        gpu: { compute: "1 TFLOPS", bandwidth: "100 GB/s", memory: "1 GB" },
        gpusPerNode: 1,
        network: { kind: "two-tier", node: { bandwidth: "10 GB/s", latency: "1 us" }, fabric: { bandwidth: "2 GB/s", latency: "4 us" } },
      },
      parallelism: { pipeline: 4 },
      workload: { kind: "batch", sequences: 4, promptTokens: 20, outputTokens },
      serving: { scheduler: "continuous" },
      health: { exit: "1 us", onLoss: { kind: "restart", time: "100 us" }, inFlight: "migrate" },
      communication: { giveUp: "1 ms", fallback: "fail" },
      faults,
    });
    const simulation = new Simulation(prepare(scenario));
    simulation.advance(Number.POSITIVE_INFINITY);
    return simulation.progress().events;
  };
  const at = { at: "2 ms", ranks: [1] };
  const struck = (tokens: number, fault: object) => events(tokens, [fault]) - events(tokens, [{ ...fault, for: "0 s" }]);
  for (const fault of [
    { kind: "gpu-slow", ...at, for: "3 ms", speed: "50 %" },
    { kind: "gpu-lost", ...at, for: "3 ms" },
    { kind: "link-lost", ...at, for: "10 us" },
  ]) {
    expect(struck(2000, fault)).toBeGreaterThan(0);
    expect(struck(2000, fault)).toBeLessThan(150);
  }
});

test("where one layer has lost an expert that the others have, passes go visit by visit", () => {
  const scenario = parseScenario({
    tokenyard: 1,
    model: {
      layers: 5,
      hiddenSize: 32,
      attention: { heads: 8, kvHeads: 4, headSize: 8 },
      experts: { count: 4, topK: 2, hiddenSize: 64 },
    },
    cluster: {
      gpu: { compute: "1 TFLOPS", bandwidth: "100 GB/s", memory: "1 GB", launch: "1 us" },
      gpusPerNode: 4,
      network: { kind: "two-tier", node: { bandwidth: "10 GB/s", latency: "1 us" }, fabric: { bandwidth: "2 GB/s", latency: "1 us" } },
    },
    parallelism: { pipeline: 2 },
    routing: { gate: "balanced" },
    workload: { kind: "open", requests: 4, rate: "3000 requests/s", promptTokens: 40, outputTokens: 60 },
    serving: { scheduler: { kind: "continuous", tokenBudget: 40, maxSequences: 3 } },
    faults: [{ kind: "expert-lost", at: "400 us", layer: 2, expert: 3 }],
    health: {
      exit: "4 us",
      onLoss: { kind: "shrink", decide: "0 s", rebuild: "100 us", graph: "0 s" },
      inFlight: "requeue",
      whileDown: "wait",
    },
    weightStore: "peers",
  });
  expect(run(prepare(scenario)).faults![0]!.expertsMissing).toBe(1);
  expect(executorDifferences(scenario)).toEqual([]);
});
