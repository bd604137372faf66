import type { Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { parsedOnce } from "./parsed-once.contract.ts";

/** Places of other formats than 16 bits: stored, multiplied and carried. */
const MIXED: readonly object[] = [
  { weights: "fp32", activations: "fp16", experts: "fp8", kvCache: "fp8" },
  { weights: "fp8", dispatch: "fp8" },
  { weights: "int4", experts: "mxfp4", collectives: "fp32", combine: "fp8" },
  { weights: "nvfp4", kvCache: "nvfp4", compute: "fp8", collectives: "int8", dispatch: "nvfp4", combine: "fp32" },
];

/** Latent attention of a few numbers. */
const LATENT = { kind: "latent", heads: 8, kvLoraRank: 16, qkNopeHeadDim: 8, qkRopeHeadDim: 4, vHeadDim: 6 };

/** Small scenarios of every shape that the rooms admit: dense and MoE, own and shared ranks, slices, wide attention groups, replicas, overlap. */
export const drawnScenario: fc.Arbitrary<Scenario> = fc
  .record({
    seed: fc.nat(1_000_000),
    layers: fc.integer({ min: 1, max: 6 }),
    experts: fc.constantFrom(0, 2, 4, 8),
    topK: fc.integer({ min: 1, max: 2 }),
    shared: fc.nat(1),
    denseLayers: fc.nat(1),
    denseEvery: fc.integer({ min: 1, max: 3 }),
    vocabulary: fc.constantFrom(undefined, 1000),
    latent: fc.constantFrom<object | undefined>(undefined, undefined, undefined, LATENT, { ...LATENT, qLoraRank: 12 }),
    window: fc.constantFrom(undefined, { tokens: 50 }, { tokens: 50, fullEvery: 2 }),
    ownRanks: fc.boolean(),
    pipeline: fc.integer({ min: 1, max: 5 }),
    interleave: fc.integer({ min: 1, max: 3 }),
    expertPower: fc.nat(3),
    tensor: fc.constantFrom(1, 2, 4),
    widen: fc.constantFrom(0.5, 1, 2),
    gathers: fc.boolean(),
    dispatch: fc.constantFrom("by-phase", "per-token", "per-copy"),
    sequenceParallel: fc.constantFrom(undefined, "reduce-scatter", "slice", "none"),
    expertReduce: fc.constantFrom("before-combine", "after-combine"),
    data: fc.integer({ min: 1, max: 2 }),
    gpusPerNode: fc.constantFrom(1, 2, 4, 8),
    launch: fc.constantFrom("0 s", "3 us"),
    precision: fc.constantFrom<object | undefined>(undefined, undefined, ...MIXED),
    allReduce: fc.constantFrom("ring", "two-shot", "one-shot", "fastest"),
    gate: fc.constantFrom<object | string>(
      "balanced",
      "uniform",
      { kind: "zipf", exponent: 1 },
      { kind: "zipf", exponent: 0.5, shared: true },
      { kind: "lognormal", sigma: 1 },
      { kind: "dirichlet", concentration: 0.3 },
      { kind: "drifting", sigma: 1, timeConstant: "200 us" },
      { kind: "drifting", sigma: 1, shiftAt: "100 us", shared: true },
      { kind: "correlated", sigma: 1, mixes: 3, repeat: "40 %" },
      "grouped",
      "recorded",
    ),
    placement: fc.constantFrom("contiguous", "contiguous", "round-robin", "packed", "redundant", "map"),
    spareSlots: fc.integer({ min: 1, max: 6 }),
    capacityFactor: fc.constantFrom(undefined, 1, 1.1, 2),
    capacityPer: fc.constantFrom(undefined, "group", "source-rank"),
    capacityRounding: fc.constantFrom(undefined, undefined, "down", { kind: "aligned", multiple: 4 }),
    rebalance: fc.constantFrom<object | undefined>(
      undefined,
      undefined,
      { kind: "eplb", window: 2, every: 2 },
      { kind: "eplb", window: 1, every: 3, move: "sync", from: "host" },
      { kind: "greedy", window: 1, every: 2, move: { kind: "async", layersPerStep: 2 } },
      { kind: "greedy", window: 2, every: 2, move: "sync", below: "90 %" },
    ),
    capacityControl: fc.constantFrom(undefined, undefined, { to: 3, dropped: "5 %", step: 0.3 }),
    pad: fc.constantFrom(undefined, undefined, undefined, true),
    overflow: fc.constantFrom<object | string>(
      "drop",
      "none",
      { kind: "drop", by: "position" },
      { kind: "reroute", within: "rank" },
      { kind: "reroute", within: "node" },
      "reroute",
      "dropout",
    ),
    sequences: fc.integer({ min: 1, max: 12 }),
    outputTokens: fc.integer({ min: 1, max: 5 }),
    microBatches: fc.integer({ min: 1, max: 4 }),
    deal: fc.constantFrom("in-order", "longest-first", "sorted"),
    overlap: fc.constantFrom<object | string>("none", { kind: "two-batch", least: 2 }, { kind: "two-batch", least: 60 }),
    sharedExperts: fc.constantFrom(undefined, "in-turn", "beside-dispatch"),
    stepOverhead: fc.constantFrom(
      undefined,
      undefined,
      { step: "30 us", layer: "5 us", request: "7 us" },
      { request: "20 us" },
      { step: "30 us", promptStep: "50 us", prompt: "11 us" },
      { prompt: "40 us" },
      { prompt: "3 us", promptToken: "700 ns" },
    ),
    batchSizes: fc.constantFrom(undefined, undefined, [2, 5], [4, 8]),
    expertCache: fc.constantFrom<object | undefined>(
      undefined,
      undefined,
      undefined,
      { kind: "lru", perLayer: 1, link: "1 GB/s" },
      { kind: "lfu", perLayer: 2, link: "100 MB/s", prefetch: { hitChance: "80 %" } },
      { kind: "hottest", perLayer: 1, link: "1 GB/s", prefetch: { depth: 2, hitChance: "50 %" } },
    ),
    host: fc.constantFrom<object | undefined>(undefined, { compute: "1 GFLOPS", bandwidth: "1 GB/s" }),
    recompute: fc.constantFrom(undefined, undefined, "attention", { kind: "attention", chunkTokens: 64 }, { kind: "all", chunkTokens: 20 }),
    uneven: fc.constantFrom(0, 0, 0, 1, 2, 3),
    split: fc.constantFrom(undefined, "by-load"),
  })
  .map((draw) => {
    const moe = draw.experts > 0;
    const expert = moe ? expertRanksOf(draw) : 1;
    const ranks = expert * draw.tensor;
    const wished = draw.tensor * draw.widen;
    const attentionTensor = moe && wished >= 1 && ranks % wished === 0 ? wished : draw.tensor;
    const mostSlices = draw.ownRanks || draw.pipeline === 1 ? 1 : Math.floor(draw.layers / draw.pipeline);
    const interleave = Math.min(draw.interleave, mostSlices);
    const dense = { hiddenSize: 64, matrices: 3 };
    const inTurn = moe && draw.denseEvery > 1 && draw.denseEvery <= draw.layers;
    const leading = moe && !inTurn && draw.denseLayers < draw.layers ? draw.denseLayers : 0;
    const denseLayers = inTurn ? draw.layers - Math.floor(draw.layers / draw.denseEvery) : leading;
    const places = inTurn ? { every: draw.denseEvery } : { layers: leading };
    return parsedOnce({
      tokenyard: 1,
      name: "drawn",
      seed: draw.seed,
      model: {
        layers: draw.layers,
        hiddenSize: 32,
        attention: draw.latent ?? { heads: 8, kvHeads: 4, headSize: 8, ...(draw.window === undefined ? {} : { window: draw.window }) },
        ...(moe
          ? {
              experts: { count: draw.experts, topK: draw.topK, hiddenSize: 64, shared: draw.shared },
              ...(denseLayers > 0 ? { dense: { ...dense, ...places } } : {}),
            }
          : { dense }),
        ...(draw.precision === undefined ? {} : { precision: draw.precision }),
        ...(draw.vocabulary === undefined ? {} : { vocabulary: draw.vocabulary, tiedEmbedding: draw.shared === 0 }),
      },
      cluster: {
        gpu: {
          compute: draw.precision === undefined ? "1 TFLOPS" : { fp32: "1 TFLOPS", fp16: "3 TFLOPS", fp8: "5 TFLOPS", nvfp4: "9 TFLOPS" },
          bandwidth: "100 GB/s",
          memory: "1 GB",
          launch: draw.launch,
        },
        ...(draw.host === undefined ? {} : { host: draw.host }),
        gpusPerNode: draw.gpusPerNode,
        network: {
          kind: "two-tier",
          node: { bandwidth: "10 GB/s", latency: "1 us" },
          fabric: { bandwidth: "2 GB/s", latency: "4 us" },
          allReduce: draw.allReduce,
        },
      },
      parallelism: {
        layers: draw.ownRanks ? "own-ranks" : "shared-ranks",
        pipeline: draw.ownRanks ? Math.min(draw.layers, draw.pipeline) : draw.pipeline,
        ...(interleave > 1 ? { interleave } : {}),
        expert,
        tensor: draw.tensor,
        data: draw.data,
        attention: { tensor: attentionTensor },
      },
      routing: {
        gate: gateOf(draw.gate, draw, draw.layers - denseLayers),
        ...(draw.capacityFactor === undefined ? {} : { capacityFactor: draw.capacityFactor }),
        ...(draw.capacityFactor === undefined || draw.overflow === "none" || draw.capacityControl === undefined
          ? {}
          : { capacityControl: draw.capacityControl }),
        ...(draw.capacityPer === undefined ? {} : { capacityPer: draw.capacityPer }),
        ...(draw.capacityRounding === undefined ? {} : { capacityRounding: draw.capacityRounding }),
        ...(draw.capacityFactor === undefined || draw.overflow === "none" || draw.pad === undefined ? {} : { pad: draw.pad }),
        overflow: draw.overflow,
        ...placed(draw, expert, draw.layers - denseLayers),
        expertReduce: draw.expertReduce,
        dispatch: draw.dispatch,
        ...(draw.gathers && attentionTensor < ranks ? { exchange: "all-gather" } : {}),
        ...(draw.gathers && attentionTensor === ranks && expert > 1 && (draw.sequenceParallel ?? "none") !== "none"
          ? { exchange: "all-to-all" }
          : {}),
        ...(draw.sequenceParallel === undefined ? {} : { sequenceParallel: draw.sequenceParallel }),
      },
      ...(draw.rebalance === undefined || expert === 1 ? {} : { rebalance: draw.rebalance }),
      ...(draw.expertCache === undefined || !moe ? {} : { expertCache: draw.expertCache }),
      workload: {
        kind: "batch",
        sequences: draw.sequences,
        promptTokens: { kind: "uniform", from: 1, to: 300 },
        outputTokens: { kind: "uniform", from: 1, to: draw.outputTokens },
      },
      serving: {
        scheduler: { kind: "static", microBatches: draw.microBatches, deal: draw.deal },
        overlap: draw.overlap,
        ...(draw.sharedExperts === undefined ? {} : { sharedExperts: draw.sharedExperts }),
        ...(draw.recompute === undefined ? {} : { recompute: draw.recompute }),
        ...(draw.stepOverhead === undefined ? {} : { stepOverhead: draw.stepOverhead }),
        ...(draw.batchSizes === undefined ? {} : { batchSizes: draw.batchSizes }),
      },
    });
  });

/** A power of two; now and then some more, so that ranks have one slot more than others. */
function expertRanksOf(draw: { experts: number; expertPower: number; uneven: number; placement: string; spareSlots: number }): number {
  const slots = draw.experts + (draw.placement === "redundant" ? draw.spareSlots : 0);
  return Math.min(slots, Math.min(draw.experts, 2 ** draw.expertPower) + draw.uneven);
}

/** The gate that `gate` names, or is. */
function gateOf(gate: object | string, { experts, topK }: { experts: number; topK: number }, layers: number): object | string {
  if (gate === "recorded") return recorded(layers, experts);
  if (gate !== "grouped") return gate;
  return experts === 0 ? "uniform" : { kind: "grouped", groups: 2, limit: Math.ceil((2 * topK) / experts), sigma: 0.7 };
}

/** Where the experts lie; as a map every other layer has them the other way round. */
function placed(
  { placement, spareSlots, experts, split }: { placement: string; spareSlots: number; experts: number; split: string | undefined },
  ranks: number,
  layers: number,
) {
  if (experts === 0) return {};
  const spare = Math.min(spareSlots, experts * (ranks - 1));
  switch (placement) {
    case "redundant":
      return spare === 0 ? {} : { placement: { kind: "redundant", spareSlots: spare, ...(split === undefined ? {} : { split }) } };
    case "map": {
      const held = Array.from({ length: ranks }, (_, e) =>
        Array.from({ length: Math.ceil((experts - e) / ranks) }, (_, i) => i * ranks + e),
      );
      const full = [[...held[0]!, held[ranks - 1]![0]!], ...held.slice(1)]; // uneven: the first rank has a copy more
      const perLayer = Array.from({ length: layers }, (_, l) => (l % 2 === 0 ? held.toReversed() : full));
      return { placement: { kind: "map", layers: perLayer, ...(split === undefined ? {} : { split }) } };
    }
    default:
      return { placement };
  }
}

/** A record in which experts differ, and layers too. */
function recorded(layers: number, experts: number): object {
  const rows = Array.from({ length: layers }, (_, layer) => Array.from({ length: experts }, (_, e) => 1 + ((e * 5 + layer) % 7)));
  return { kind: "recorded", file: { path: "copies.csv", sha256: "of copies.csv", rows } };
}
