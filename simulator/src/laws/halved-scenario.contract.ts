import type { Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { parsedOnce } from "../parsed-once.contract.ts";

/** Loads that run in halves, over `layers`, whose gate is one of `gates`, with one of `routings` beside it. */
export function halved(
  layers: { min: number; max: number },
  gates: readonly unknown[],
  routings: readonly object[],
): fc.Arbitrary<Scenario> {
  const anyHalved = fc.record({
    gate: fc.constantFrom(...gates),
    routing: fc.constantFrom(...routings),
    seed: fc.nat(1000),
    layers: fc.integer(layers),
    tensor: fc.constantFrom(1, 2),
    expert: fc.constantFrom(2, 4),
    pipeline: fc.constantFrom(1, 1, 2),
    interleave: fc.constantFrom(1, 2),
    gpusPerNode: fc.constantFrom(2, 8),
    slow: fc.constantFrom(0.02, 1, 50),
    window: fc.constantFrom<object | undefined>(undefined, { tokens: 8, fullEvery: 2 }, { tokens: 30, fullEvery: 3 }),
    dense: fc.constantFrom<object | undefined>(undefined, { layers: 2 }, { every: 2 }),
    shared: fc.constantFrom(0, 0, 1),
    batchSizes: fc.constantFrom(undefined, undefined, [4, 8, 16]),
    least: fc.constantFrom(2, 5),
    scheduler: fc.constantFrom("static", "continuous", "continuous", "cadence"),
    outputTokens: fc.integer({ min: 1, max: 40 }),
  });
  return anyHalved.map((draw) =>
    parsedOnce({
      tokenyard: 1,
      seed: draw.seed,
      model: {
        layers: draw.layers,
        hiddenSize: 32,
        attention: { heads: 8, kvHeads: 4, headSize: 8, ...(draw.window === undefined ? {} : { window: draw.window }) },
        experts: { count: 4, topK: 2, hiddenSize: 64, matrices: 2, shared: draw.shared },
        ...(draw.dense === undefined ? {} : { dense: { ...draw.dense, hiddenSize: 64, matrices: 2 } }),
        vocabulary: 500,
      },
      cluster: {
        gpu: { compute: "1 TFLOPS", bandwidth: "100 GB/s", memory: "1 GB" },
        gpusPerNode: draw.gpusPerNode,
        network: {
          kind: "two-tier",
          node: { bandwidth: `${10 / draw.slow} GB/s`, latency: `${draw.slow} us` },
          fabric: { bandwidth: `${2 / draw.slow} GB/s`, latency: `${4 * draw.slow} us` },
        },
      },
      parallelism: {
        expert: draw.expert,
        tensor: draw.tensor,
        pipeline: draw.pipeline,
        attention: { tensor: draw.tensor },
        ...(draw.pipeline > 1 ? { interleave: draw.interleave } : {}),
      },
      routing: { gate: draw.gate, ...draw.routing },
      workload: {
        kind: "batch",
        sequences: 24,
        promptTokens: { kind: "uniform", from: 1, to: 60 },
        outputTokens: { kind: "uniform", from: 1, to: draw.outputTokens },
      },
      serving: {
        scheduler:
          draw.scheduler === "static" ? { kind: "static", microBatches: 3 } : { kind: draw.scheduler, tokenBudget: 64, maxSequences: 8 },
        overlap: { kind: "two-batch", least: draw.least },
        ...(draw.batchSizes === undefined ? {} : { batchSizes: draw.batchSizes }),
      },
    }),
  );
}
