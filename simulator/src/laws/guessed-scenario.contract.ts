import type { Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { parsedOnce } from "../parsed-once.contract.ts";

type CacheSpec = NonNullable<Scenario["expertCache"]>;

/** Small scenarios in which ranks hold experts that some steps do not need, of several layers. */
export const offloadable = fc
  .record({
    seed: fc.nat(1000),
    layers: fc.integer({ min: 2, max: 5 }),
    dense: fc.nat(1),
    experts: fc.constantFrom(4, 8),
    topK: fc.integer({ min: 1, max: 2 }),
    expert: fc.constantFrom(1, 2, 4),
    tensor: fc.constantFrom(1, 2),
    pipeline: fc.constantFrom(1, 1, 2),
    sequences: fc.integer({ min: 1, max: 5 }),
    outputTokens: fc.integer({ min: 1, max: 6 }),
    overlap: fc.constantFrom("none", { kind: "two-batch", least: 2 }),
    rebalance: fc.constantFrom(undefined, { kind: "greedy", every: 2 }),
  })
  .map((draw) =>
    parsedOnce({
      tokenyard: 1,
      seed: draw.seed,
      model: {
        layers: draw.layers,
        hiddenSize: 32,
        attention: { heads: 8, kvHeads: 8, headSize: 8 },
        experts: { count: draw.experts, topK: draw.topK, hiddenSize: 64 },
        ...(draw.dense === 0 ? {} : { dense: { hiddenSize: 64, layers: 1 } }),
      },
      cluster: {
        gpu: { compute: "1 TFLOPS", bandwidth: "100 GB/s", memory: "1 GB", launch: "3 us" },
        gpusPerNode: 2,
        network: { kind: "two-tier", node: { bandwidth: "10 GB/s", latency: "1 us" }, fabric: { bandwidth: "2 GB/s", latency: "4 us" } },
      },
      parallelism: { expert: draw.expert, tensor: draw.tensor, pipeline: draw.pipeline },
      routing: { gate: { kind: "lognormal", sigma: 1 } },
      ...(draw.rebalance === undefined || draw.expert === 1 ? {} : { rebalance: draw.rebalance }),
      workload: {
        kind: "batch",
        sequences: draw.sequences,
        promptTokens: { kind: "uniform", from: 1, to: 6 },
        outputTokens: draw.outputTokens,
      },
      serving: { scheduler: { kind: "static", microBatches: 2 }, overlap: draw.overlap },
    }),
  );

export const caches = fc.record({
  kind: fc.constantFrom<CacheSpec["kind"]>("lru", "lfu", "hottest"),
  perLayer: fc.integer({ min: 0, max: 4 }),
  link: fc.constantFrom(1e7, 1e9),
});
export const prefetches = fc.record({ depth: fc.integer({ min: 1, max: 4 }), hitChance: fc.constantFrom(0, 0.3, 0.9, 1) });
export const hosts = fc.constantFrom<Scenario["cluster"]["host"]>(undefined, { compute: 1e9, bandwidth: 1e9 });

/** The same, with guesses that bring some of what is needed. */
export const guessedScenario: fc.Arbitrary<Scenario> = fc
  .tuple(offloadable, caches, prefetches, hosts)
  .map(([scenario, cache, prefetch, host]) => ({
    ...scenario,
    ...(host === undefined ? {} : { cluster: { ...scenario.cluster, host } }),
    expertCache: { ...cache, prefetch },
  }));
