import { parseScenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { VERSIONS } from "../micro-batches/pass-versions.ts";
import { simulate } from "../simulate.ts";
import { executorContract } from "./executors.contract.ts";

const again = fc
  .record({
    seed: fc.nat(1000),
    gate: fc.constantFrom<unknown>("uniform", { kind: "lognormal", sigma: 1 }, { kind: "zipf", exponent: 1, shared: true }),
    routing: fc.constantFrom<object>(
      {},
      { capacityFactor: 1 },
      { capacityFactor: 1, overflow: "reroute" },
      { capacityFactor: 1, pad: true, overflow: { kind: "drop", by: "position" } },
      { capacityFactor: 1, capacityControl: { to: 3, dropped: "5 %", step: 0.3 } },
      { placement: { kind: "redundant", spareSlots: 8, split: "by-load" } },
      { placement: "round-robin", dispatch: "per-token" },
    ),
    shared: fc.nat(1),
    gpusPerNode: fc.constantFrom(2, 8),
    tensor: fc.constantFrom(1, 2),
    data: fc.constantFrom(1, 2),
    pipeline: fc.constantFrom(1, 1, 2),
    stepOverhead: fc.constantFrom(undefined, { request: "20 us" }, { promptStep: "30 us", prompt: "20 us" }, { promptToken: "2 us" }),
    overlap: fc.constantFrom<object | string>("none", "none", { kind: "two-batch", least: 2 }),
    sequences: fc.integer({ min: 1, max: 4 }),
  })
  .map((draw) =>
    parseScenario({
      tokenyard: 1,
      seed: draw.seed,
      model: {
        layers: 3,
        hiddenSize: 32,
        attention: { heads: 8, kvHeads: 4, headSize: 8 },
        experts: { count: 8, topK: 2, hiddenSize: 64, matrices: 2, shared: draw.shared },
        vocabulary: 500,
      },
      cluster: {
        gpu: { compute: "1 TFLOPS", bandwidth: "100 GB/s", memory: "1 GB" },
        gpusPerNode: draw.gpusPerNode,
        network: { kind: "two-tier", node: { bandwidth: "10 GB/s", latency: "1 us" }, fabric: { bandwidth: "2 GB/s", latency: "4 us" } },
      },
      parallelism: { expert: 4, tensor: draw.tensor, data: draw.data, pipeline: draw.pipeline, attention: { tensor: draw.tensor } },
      routing: { gate: draw.gate, resolution: "sampled", ...draw.routing },
      workload: {
        kind: "open",
        requests: draw.sequences,
        rate: "50000 requests/s",
        promptTokens: 40,
        outputTokens: { kind: "uniform", from: 20, to: 60 },
      },
      serving: {
        scheduler: { kind: "continuous", tokenBudget: 64, maxSequences: 4 },
        overlap: draw.overlap,
        ...(draw.stepOverhead === undefined ? {} : { stepOverhead: draw.stepOverhead }),
      },
    }),
  );
executorContract("passes that come again with what they have drawn", again, 10);

test("a pass with the same rows is one of a few: more steps than these take no more times than there are", () => {
  const scenario = parseScenario({
    tokenyard: 1,
    model: {
      layers: 2,
      hiddenSize: 32,
      attention: { heads: 8, kvHeads: 4, headSize: 8 },
      experts: { count: 128, topK: 8, hiddenSize: 64, matrices: 2 },
      vocabulary: 500,
    },
    cluster: { gpu: "h100-sxm", gpusPerNode: 8, network: "hgx-h100-ndr" },
    parallelism: { expert: 8 },
    routing: { gate: "uniform", resolution: "sampled" },
    workload: { kind: "batch", sequences: 16, promptTokens: 64, outputTokens: 300 }, // 299 steps of two tokens a data group
    serving: { scheduler: { kind: "continuous", tokenBudget: 4096, maxSequences: 512 }, kv: { blockTokens: 16 } },
  });
  const balance = (resolution: "exact" | "sampled") =>
    simulate({ ...scenario, routing: { ...scenario.routing, resolution } }).balance!.expert!.decode!.perLayer![0]!;
  const [exact, sampled] = [balance("exact"), balance("sampled")];
  expect(sampled.tokens.reduce((sum, copies) => sum + copies, 0)).toBe(299 * 16 * 8);
  // an expert's copies scatter as 299 draws do, and with few versions by the square root of 299 ÷ 32 more
  const spread = (counts: readonly number[]) => {
    const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
    return counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / counts.length;
  };
  const more = spread(sampled.tokens) / spread(exact.tokens);
  expect(more).toBeGreaterThan(299 / VERSIONS / 2);
  expect(more).toBeLessThan((299 / VERSIONS + 1) * 2);
});
