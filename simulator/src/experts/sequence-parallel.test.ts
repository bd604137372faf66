import { renderText } from "@tokenyard/report";
import { parseScenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawnScenario } from "../drawn-scenario.contract.ts";
import { prepare } from "../setup/prepare.ts";
import { run, simulate } from "../simulate.ts";
import { handLayer, microsecondsOf } from "./hand-layer.contract.ts";

// One layer of four experts, two a token, on four GPUs of a node: 100 GB/s, 1 us (7 % more for each further peer), two-shot all-reduces. A token's
// activations are 1000 numbers of 2 bytes; each data group has one prompt of 1000 tokens, 2 MB.

function scenarioOf(parallelism: object, routing: object = {}, change: { gpusPerNode?: number; shared?: number; prompt?: number } = {}) {
  const { gpusPerNode = 8, shared: sharedExperts = 0, prompt: promptTokens = 1000 } = change;
  return handLayer(parallelism, routing, { sequences: 2, gpusPerNode, sharedExperts, promptTokens });
}

function spent(...args: Parameters<typeof scenarioOf>) {
  const report = simulate(scenarioOf(...args));
  const us = (kind: string) => microsecondsOf(report, kind);
  const ways = { dispatch: us("dispatch"), combine: us("combine") };
  return { allReduce: us("all-reduce"), reduceScatter: us("reduce-scatter"), ...ways, allGather: us("all-gather") };
}

const twoOfTwo = { expert: 4, attention: { tensor: 2 } };
const half = 11; // reduce-scatter, or all-gather, of 2 MB over two ranks, which each lack 1 MB: 10 + 1

describe("where each tensor rank of the attention exchanges its part of the tokens, by hand, in us:", () => {
  test("a reduce-scatter before and an all-gather after take half of an all-reduce each; a rank sends the copies of 500 tokens", () => {
    // 1000 copies, 250 to each of four experts: 750 leave, 1.5 MB = 15 + 1 + 2 · 0.07
    const expected = { allReduce: 0, reduceScatter: half, dispatch: 16.14, combine: 16.14, allGather: half };
    expect(spent(twoOfTwo)).toEqual(expected);
    expect(spent(twoOfTwo, { dispatch: "per-copy" })).toEqual(expected);
    expect(spent(twoOfTwo, { sequenceParallel: "reduce-scatter", exchange: "all-to-all" })).toEqual(expected);
  });

  test("or an all-reduce as ever, of which each takes its part", () => {
    expect(spent(twoOfTwo, { sequenceParallel: "slice" })).toEqual({
      allReduce: 21,
      reduceScatter: 0,
      dispatch: 16.14,
      combine: 16.14,
      allGather: half,
    });
  });

  test("or none does: each sends what all of a group's tokens have for the experts of its number, and sums are all-reduced", () => {
    // half of 2000 copies leave the group, by two ranks: 500 each, 1 MB = 10 + 1
    expect(spent(twoOfTwo, { sequenceParallel: "none" })).toEqual({
      allReduce: 21 + 21,
      reduceScatter: 0,
      dispatch: 11,
      combine: 11,
      allGather: 0,
    });
  });

  test("over two nodes each of 500 tokens crosses once", () => {
    // 5/6 of 500 have an expert on the other node: 0.8333 MB = 83.333 + 5; inside 1 MB = 10 is done meanwhile, + 1
    const { dispatch, combine } = spent(twoOfTwo, {}, { gpusPerNode: 2 });
    expect([dispatch, combine]).toEqual([89.333, 89.333]);
  });

  test("all ranks of one data group exchange, where that is stated", () => {
    // 2000 tokens of two prompts in one group: 4 MB, of which each rank lacks 3/4 = 30 + 1; 500 tokens a rank: as above
    const one = { expert: 4, attention: { tensor: 4 } };
    expect(spent(one, { exchange: "all-to-all", sequenceParallel: "reduce-scatter" })).toEqual({
      allReduce: 0,
      reduceScatter: 31,
      dispatch: 16.14,
      combine: 16.14,
      allGather: 31,
    });
    expect(spent(one).allReduce).toBe(2 * 61); // 2 · 3/4 · 4 MB = 60 + 1: not stated, only results are all-reduced
  });

  test("an all-gather brings the parts of all ranks to all, and sums are scattered to those who have them", () => {
    // three other ranks' 500 tokens: 3 MB = 30 + 1
    expect(spent(twoOfTwo, { exchange: "all-gather" })).toEqual({
      allReduce: 0,
      reduceScatter: half,
      dispatch: 31,
      combine: 31,
      allGather: half,
    });
  });

  test("ranks that share an expert gather what came to each of them, as Megatron-LM has it; unless stated they do not split tokens", () => {
    const shared = { expert: 2, tensor: 2 };
    const routing = { dispatch: "per-copy", sequenceParallel: "reduce-scatter" };
    // 500 of 1000 copies go to the other experts' rank of the same number: 1 MB = 10 + 1; of its 2000 copies each of two lacks 1000: 2 MB = 20 + 1
    expect(spent(shared, routing)).toEqual({ allReduce: 0, reduceScatter: half, dispatch: 32, combine: 32, allGather: half });
    expect(spent(shared).allGather).toBe(0);
  });

  test("parts are as long as each other: of 3 tokens over two ranks one has 2, the other 1", () => {
    // 2 tokens of 2 kB from each rank, the last one padded: 4 kB = 0.04 + 1
    expect(spent(twoOfTwo, {}, { prompt: 3 }).reduceScatter).toBe(1.04);
  });
});

test("each rank holds the whole shared expert and computes its part of the tokens: the FLOPs are the same, of the gate half", () => {
  const whole = simulate(scenarioOf(twoOfTwo, { sequenceParallel: "none" }, { shared: 1 }));
  const parts = simulate(scenarioOf(twoOfTwo, {}, { shared: 1 }));
  // three matrices of 1000 × 400 in 2 B; shared by two ranks a half of it
  expect(parts.plan.weightBytesPerRank.max - whole.plan.weightBytesPerRank.max).toBe((3 * 1000 * 400 * 2) / 2);
  const compute = (report: typeof whole) => report.utilization.compute! * report.horizonSeconds * 4 * 1e15;
  // of 2 · 4 kFLOP·1000 a token: 2000 tokens on two ranks each, or on one
  expect(compute(whole) - compute(parts)).toBeCloseTo(2000 * 2 * 4 * 1000, -4);
  expect(parts.plan).toMatchObject({ exchange: "all-to-all", sequenceParallel: "reduce-scatter" });
  expect("sequenceParallel" in whole.plan).toBe(false);
});

test("a report names the ops apart from what they took", () => {
  const text = renderText(simulate(scenarioOf(twoOfTwo)));
  expect(text).toMatch(/all-to-all exchange, sequence-parallel/);
  expect(text).toMatch(/ reduce-scatter +11.0 us/);
  expect(text).toMatch(/ all-gather +11.0 us/);
});

test("tokens of two hundred and fifty-six experts cross to a node once, and not once for each rank of their data group", () => {
  const crossed = (sequenceParallel: string) => {
    const scenario = parseScenario({
      tokenyard: 1,
      model: {
        layers: 1,
        hiddenSize: 64,
        attention: { heads: 8, kvHeads: 8, headSize: 8 },
        experts: { count: 256, topK: 8, hiddenSize: 16 },
      },
      cluster: {
        gpu: { compute: "1 PFLOPS", bandwidth: "1 TB/s", memory: "10 GB" },
        network: { kind: "two-tier", node: { bandwidth: "100 GB/s", latency: "1 us" }, fabric: { bandwidth: "10 GB/s", latency: "5 us" } },
      },
      parallelism: { expert: 32, attention: { tensor: 2 } },
      routing: { gate: "uniform", sequenceParallel },
      workload: { kind: "batch", sequences: 16, promptTokens: 4096, outputTokens: 1 },
    });
    const { utilization, horizonSeconds } = simulate(scenario);
    return (utilization.fabric! * horizonSeconds * 32 * 10e9) / (2 * 64 * 2) / (16 * 4096); // there and back, 64 numbers of 2 B
  };
  // of four nodes three are others: 3 · (1 − C(192, 8)/C(256, 8)) = 2.7; of 128 experts of one number, those of a node are 32: 2 · 3 · (1 − C(224, 8)/C(256, 8)) = 4.0
  expect(crossed("reduce-scatter")).toBeCloseTo(2.71, 1);
  expect(crossed("none")).toBeCloseTo(3.98, 1);
});

test("copies, tokens and what is dropped add up alike, however the tokens of a data group are split", { tags: "long" }, () => {
  let split = 0;
  fc.assert(
    fc.property(drawnScenario, (scenario) => {
      const { requests, tokens, plan } = simulate(scenario);
      if (plan.sequenceParallel === undefined) return;
      split++;
      const whole = simulate({ ...scenario, routing: { ...scenario.routing, exchange: undefined, sequenceParallel: "none" } });
      expect(tokens.routed).toBe(whole.tokens.routed);
      expect(requests.finished).toBe(whole.requests.finished);
      const { busyNs, opKinds } = run(prepare(scenario));
      const kind = opKinds.findIndex(({ name }) => name === "all-gather");
      expect(busyNs.some((ns, at) => at % opKinds.length === kind && ns > 0)).toBe(true);
    }),
    { numRuns: drawnCases(60) },
  );
  expect(split).toBeGreaterThan(10);
});
