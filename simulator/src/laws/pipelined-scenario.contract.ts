import type { Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { parsedOnce } from "../parsed-once.contract.ts";

const ADMISSIONS = ["chunk", "prompt", "output"];

/** Pipelines under load, most of whose passes only decode. */
export const pipelinedScenario: fc.Arbitrary<Scenario> = fc
  .record({
    seed: fc.nat(1_000_000),
    layers: fc.integer({ min: 4, max: 7 }),
    experts: fc.constantFrom(0, 0, 4),
    expert: fc.constantFrom(1, 2),
    tensor: fc.constantFrom(1, 2),
    pipeline: fc.integer({ min: 2, max: 4 }),
    data: fc.constantFrom(1, 1, 2),
    window: fc.constantFrom(0, 0, 3, 25),
    vocabulary: fc.constantFrom(undefined, 1000, 100_000),
    stepOverhead: fc.constantFrom(
      undefined,
      undefined,
      { step: "3 us", request: "700 ns" },
      { request: "700 ns", promptStep: "4 us", prompt: "1.1 us" },
      { promptToken: "200 ns" },
      { promptLayer: "4 us", capturedTokens: 20 },
    ),
    batchSizes: fc.constantFrom(undefined, undefined, [2, 5]),
    overlap: fc.constantFrom<object | string>("none", "none", "none", { kind: "two-batch", least: 4 }),
    latency: fc.constantFrom("0 us", "1 us", "30 us"),
    bandwidth: fc.constantFrom("100 MB/s", "2 GB/s"),
    scheduler: fc.constantFrom("continuous", "prefill-first", "cadence"),
    tokenBudget: fc.constantFrom(8, 40, 500),
    maxSequences: fc.constantFrom(3, 8),
    blocks: fc.constantFrom(30, 200, 2000),
    blockTokens: fc.constantFrom(1, 7, 16),
    prefixCache: fc.constantFrom(false, false, true),
    requests: fc.integer({ min: 1, max: 25 }),
    rate: fc.constantFrom(300, 3_000, 30_000),
    kind: fc.constantFrom("open", "open", "closed", "batch"),
    pools: fc.constantFrom(undefined, undefined, undefined, "after-prefill", "by-layer"),
    output: fc.constantFrom(30, 90),
  })
  .map((draw) => {
    const moe = draw.experts > 0;
    const of = { promptTokens: { kind: "uniform", from: 1, to: 60 }, outputTokens: { kind: "uniform", from: 1, to: draw.output } };
    const workload = {
      open: { kind: "open", requests: draw.requests, rate: `${draw.rate} requests/s`, ...of },
      closed: { kind: "closed", requests: draw.requests, concurrency: 4, thinkTime: "20 us", ...of },
      batch: { kind: "batch", sequences: draw.requests, ...of },
    }[draw.kind as "open"];
    const parallelism = { pipeline: draw.pipeline, expert: moe ? draw.expert : 1, tensor: draw.tensor };
    return parsedOnce({
      tokenyard: 1,
      name: "pipelined",
      seed: draw.seed,
      model: {
        layers: draw.layers,
        hiddenSize: 32,
        attention: { heads: 8, kvHeads: 4, headSize: 8, ...(draw.window === 0 ? {} : { window: { tokens: draw.window, fullEvery: 2 } }) },
        ...(moe ? { experts: { count: draw.experts, topK: 2, hiddenSize: 64 } } : { dense: { hiddenSize: 64, matrices: 3 } }),
        ...(draw.vocabulary === undefined ? {} : { vocabulary: draw.vocabulary }),
      },
      cluster: {
        gpu: { compute: "1 TFLOPS", bandwidth: "100 GB/s", memory: "1 GB", launch: "1 us" },
        gpusPerNode: 4,
        network: {
          kind: "two-tier",
          node: { bandwidth: "10 GB/s", latency: draw.latency },
          fabric: { bandwidth: draw.bandwidth, latency: draw.latency },
        },
      },
      parallelism: { ...parallelism, data: draw.pools === undefined ? draw.data : 1, attention: { tensor: draw.tensor } },
      ...(draw.pools === undefined
        ? {}
        : {
            pools: [
              { role: "decode", count: draw.data, parallelism },
              { role: "prefill", count: 1, parallelism: { ...parallelism, pipeline: 2 } },
            ],
          }),
      routing: { gate: "balanced" },
      workload,
      serving: {
        scheduler: { kind: draw.scheduler, tokenBudget: Math.max(draw.tokenBudget, draw.maxSequences), maxSequences: draw.maxSequences },
        overlap: draw.overlap,
        kv: {
          blockTokens: draw.blockTokens,
          blocks: Math.max(draw.blocks, Math.ceil(150 / draw.blockTokens)),
          admission: ADMISSIONS[draw.seed % ADMISSIONS.length],
          ...(draw.prefixCache && draw.pools === undefined ? { prefixCache: true } : {}),
        },
        ...(draw.stepOverhead === undefined ? {} : { stepOverhead: draw.stepOverhead }),
        ...(draw.batchSizes === undefined ? {} : { batchSizes: draw.batchSizes }),
        ...(draw.pools === undefined ? {} : { kvTransfer: draw.pools, firstToken: draw.seed % 2 === 0 ? "prefill" : "decode" }),
      },
    });
  });
