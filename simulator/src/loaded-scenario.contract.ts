import type { Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { parsedOnce } from "./parsed-once.contract.ts";

/** Latent attention of a few numbers. */
const LATENT = { kind: "latent", heads: 8, kvLoraRank: 16, qkNopeHeadDim: 8, qkRopeHeadDim: 4, vHeadDim: 6 };

const ADMISSIONS = ["chunk", "prompt", "output"];

/** Small scenarios under load, of every scheduler and balancer: dense and MoE, one stage and several, with caches that run out. */
export const loadedScenario: fc.Arbitrary<Scenario> = fc
  .record({
    seed: fc.nat(1_000_000),
    layers: fc.integer({ min: 1, max: 7 }),
    experts: fc.constantFrom(0, 4, 4),
    vocabulary: fc.constantFrom(undefined, 1000, 100_000),
    denseLayers: fc.nat(1),
    denseEvery: fc.integer({ min: 1, max: 3 }),
    latent: fc.constantFrom<object | undefined>(undefined, undefined, undefined, LATENT, { ...LATENT, qLoraRank: 12 }),
    window: fc.constantFrom(0, 0, 3, 25),
    fullEvery: fc.constantFrom(2, 3),
    shared: fc.constantFrom(0, 0, 1),
    gate: fc.constantFrom("balanced", "balanced", "uniform"),
    expert: fc.constantFrom(1, 2, 4),
    tensor: fc.constantFrom(1, 2),
    widen: fc.constantFrom(0.5, 1, 2),
    gathers: fc.boolean(),
    dispatch: fc.constantFrom("by-phase", "per-token", "per-copy"),
    sequenceParallel: fc.constantFrom(undefined, "reduce-scatter", "slice", "none"),
    expertReduce: fc.constantFrom("before-combine", "after-combine"),
    pipeline: fc.constantFrom(1, 1, 1, 2),
    interleave: fc.constantFrom(1, 2),
    data: fc.integer({ min: 1, max: 3 }),
    gpusPerNode: fc.constantFrom(2, 8),
    scheduler: fc.constantFrom("continuous", "prefill-first", "cadence"),
    tokenBudget: fc.constantFrom(8, 40, 500),
    maxSequences: fc.constantFrom(1, 3, 8),
    order: fc.constantFrom("first-come", "priority"),
    blocks: fc.constantFrom(20, 30, 200),
    blockTokens: fc.constantFrom(1, 7, 16),
    balancer: fc.constantFrom("round-robin", "random", "least-outstanding", "least-kv", "two-choices"),
    overlap: fc.constantFrom<object | string>("none", "none", { kind: "two-batch", least: 2 }, { kind: "two-batch", least: 6 }),
    recompute: fc.constantFrom(
      undefined,
      { kind: "attention", chunkTokens: 2 },
      { kind: "all", chunkTokens: 2 },
      { kind: "all", chunkTokens: 20 },
    ),
    stepOverhead: fc.constantFrom(
      undefined,
      undefined,
      { step: "3 us", layer: "500 ns", request: "700 ns" },
      { request: "2 us" },
      { request: "700 ns", promptStep: "5 us", prompt: "1.3 us" },
      { promptStep: "2 us" },
      { prompt: "4 us" },
      { promptToken: "300 ns" },
      { promptLayer: "4 us", capturedTokens: 20 },
    ),
    batchSizes: fc.constantFrom(undefined, undefined, [2, 5], [4, 8, 16]),
    intake: fc.constantFrom<object>(
      {},
      {},
      { stepsAhead: 1 },
      { stepsAhead: 1, receiveInterval: 4 },
      { receiveInterval: 3, batchWait: { time: "30 us" } },
      { batchWait: { steps: 3, share: "50 %" } },
      { dataGroups: { prompts: "aligned", waitSteps: 1, timeoutSteps: 5 } },
    ),
    requests: fc.integer({ min: 1, max: 40 }),
    rate: fc.constantFrom(1_000, 30_000, 1_000_000),
    kind: fc.constantFrom("open", "open", "closed", "batch"),
    classes: fc.boolean(),
    pools: fc.constantFrom(undefined, undefined, "after-prefill", "by-layer"),
    decodeTensor: fc.constantFrom(1, 2, 8),
    prompt: fc.constantFrom(5, 60),
    output: fc.constantFrom(1, 30),
  })
  .map((draw) => {
    const moe = draw.experts > 0;
    const expert = moe ? draw.expert : 1;
    const wished = draw.tensor * draw.widen;
    const wide = moe && wished >= 1 && (expert * draw.tensor) % wished === 0 ? wished : draw.tensor;
    const pipeline = Math.min(draw.pipeline, draw.layers);
    const lengths = {
      promptTokens: { kind: "uniform", from: 1, to: draw.prompt },
      outputTokens: { kind: "uniform", from: 1, to: draw.output },
    };
    const mix =
      draw.classes && draw.kind !== "batch"
        ? {
            classes: [
              { name: "soon", priority: 0, ...lengths },
              { name: "later", priority: 1, ...lengths },
            ],
          }
        : lengths;
    const workload = {
      open: { kind: "open", requests: draw.requests, rate: `${draw.rate} requests/s`, ...mix },
      closed: { kind: "closed", requests: draw.requests, concurrency: 4, thinkTime: "20 us", ...mix },
      batch: { kind: "batch", sequences: draw.requests, ...mix },
    }[draw.kind as "open"];
    const dense = { hiddenSize: 64, matrices: 3 };
    const inTurn = draw.denseEvery > 1 && draw.denseEvery <= draw.layers;
    const leading = draw.denseLayers < draw.layers && draw.denseLayers > 0 ? { dense: { ...dense, layers: draw.denseLayers } } : {};
    return parsedOnce({
      tokenyard: 1,
      name: "loaded",
      seed: draw.seed,
      model: {
        layers: draw.layers,
        hiddenSize: 32,
        attention: draw.latent ?? {
          heads: 8,
          kvHeads: 4,
          headSize: 8,
          ...(draw.window === 0 ? {} : { window: { tokens: draw.window, fullEvery: draw.fullEvery } }),
        },
        ...(moe
          ? {
              experts: { count: draw.experts, topK: 2, hiddenSize: 64, shared: draw.shared },
              ...(inTurn ? { dense: { ...dense, every: draw.denseEvery } } : leading),
            }
          : { dense }),
        ...(draw.vocabulary === undefined ? {} : { vocabulary: draw.vocabulary }),
      },
      cluster: {
        gpu: { compute: "1 TFLOPS", bandwidth: "100 GB/s", memory: "1 GB", launch: "1 us" },
        gpusPerNode: draw.gpusPerNode,
        network: {
          kind: "two-tier",
          node: { bandwidth: "10 GB/s", latency: "1 us" },
          fabric: { bandwidth: "2 GB/s", latency: "4 us" },
        },
      },
      parallelism: {
        pipeline,
        ...(pipeline > 1 && draw.interleave * pipeline <= draw.layers ? { interleave: draw.interleave } : {}),
        expert,
        tensor: draw.tensor,
        data: draw.pools === undefined ? draw.data : 1,
        attention: { tensor: wide },
      },
      ...(draw.pools === undefined
        ? {}
        : {
            pools: [
              { role: "decode", count: draw.data, parallelism: { tensor: draw.decodeTensor } },
              { role: "prefill", count: 3 - Math.min(2, draw.data) },
            ],
          }),
      routing: {
        gate: draw.gate,
        expertReduce: draw.expertReduce,
        dispatch: draw.dispatch,
        ...(draw.sequenceParallel === undefined ? {} : { sequenceParallel: draw.sequenceParallel }),
        ...(draw.gathers && draw.pools === undefined && wide < expert * draw.tensor ? { exchange: "all-gather" } : {}),
      },
      workload,
      serving: {
        scheduler: {
          kind: draw.scheduler,
          tokenBudget: Math.max(draw.tokenBudget, draw.maxSequences),
          maxSequences: draw.maxSequences,
          order: draw.order,
        },
        overlap: draw.overlap,
        ...draw.intake,
        ...(draw.recompute === undefined ? {} : { recompute: draw.recompute }),
        ...(draw.stepOverhead === undefined ? {} : { stepOverhead: draw.stepOverhead }),
        ...(draw.batchSizes === undefined ? {} : { batchSizes: draw.batchSizes }),
        kv: { blockTokens: draw.blockTokens, blocks: draw.blocks, admission: ADMISSIONS[draw.seed % ADMISSIONS.length] },
        ...(draw.pools === undefined ? {} : { kvTransfer: draw.pools, firstToken: draw.seed % 2 === 0 ? "prefill" : "decode" }),
        balancer: { replicas: draw.balancer, dataGroups: draw.balancer },
      },
    });
  });
