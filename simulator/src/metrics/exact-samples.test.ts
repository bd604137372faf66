import { parseScenario, type Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { drawnScenario } from "../drawn-scenario.contract.ts";
import { fitted } from "../fitted-scenario.contract.ts";
import { ofKinds, steadyPattern } from "../kinds-scenario.contract.ts";
import { cachedScenario } from "../laws/cached-scenario.contract.ts";
import { halved } from "../laws/halved-scenario.contract.ts";
import { pipelinedScenario } from "../laws/pipelined-scenario.contract.ts";
import { struckAndRetried, struckAndRetriedPipelines } from "../laws/retried-scenario.contract.ts";
import { slowedPipelines, struckAndCached, struckPipelines, struckScenario } from "../laws/struck-scenario.contract.ts";
import { loadedScenario } from "../loaded-scenario.contract.ts";
import { prepare } from "../setup/prepare.ts";
import { run } from "../simulate.ts";
import { sampled } from "./sampled.contract.ts";

/** Where samples of a run as it comes differ from those of its ops one by one; nothing. */
function samplesApart(scenario: Scenario, parts: number): string[] {
  const fast = sampled(scenario, parts);
  const slow = sampled(scenario, parts, { executor: "stages" }, fast.horizonNs);
  if (fast.kept.samples.length !== slow.kept.samples.length) return [`${fast.kept.samples.length} samples or ${slow.kept.samples.length}`];
  return fast.kept.samples.flatMap((sample, i) =>
    [...slow.kept.samples[i]!].flatMap(([key, values]) =>
      values.flatMap((value, at) => {
        const other = sample.get(key)?.[at] ?? Number.NaN;
        return Object.is(value, other) ? [] : [`${key}[${at}] of sample ${i} of ${parts}: ${other} or ${value}`];
      }),
    ),
  );
}

const FAMILIES = {
  "any load": [loadedScenario, 6],
  "any load, with a prefix cache": [cachedScenario, 5],
  "kernels fitted to measured ones": [loadedScenario.map(fitted), 4],
  pipelines: [pipelinedScenario, 6],
  "pipelines, under faults": [struckPipelines, 6],
  "pipelines, whose ranks are slow now and then": [slowedPipelines, 6],
  "pipelines, under faults, with retries": [struckAndRetriedPipelines, 6],
  "static batches, on any deployment": [drawnScenario, 6],
  "halves whose layers draw their experts": [halved({ min: 4, max: 6 }, ["uniform"], [{}, { capacityFactor: 1 }]), 12],
  "layers of any kinds": [ofKinds(loadedScenario), 9],
  "windows and states beside one attention that grows": [ofKinds(loadedScenario, steadyPattern), 6],
  "layers of any kinds, under faults, with a prefix cache": [ofKinds(struckAndCached), 6],
  "any load, under faults": [struckScenario, 6],
  "any load, under faults, with a prefix cache": [struckAndCached, 5],
  "any load, under faults, with retries": [struckAndRetried, 5],
} as const;

for (const [name, [scenarios, numRuns]] of Object.entries(FAMILIES)) {
  test(`every series of passes that are timed as a whole is, at every instant, that of their ops one by one: ${name}`, () => {
    fc.assert(
      fc.property(scenarios as fc.Arbitrary<Scenario>, fc.constantFrom(3, 17, 150), (scenario, parts) => {
        expect(samplesApart(scenario, parts).slice(0, 5)).toEqual([]);
      }),
      { numRuns: drawnCases(numRuns), endOnFailure: true },
    );
  });
}

const returning = fc.nat(1000).map((seed) =>
  parseScenario({
    tokenyard: 1,
    seed,
    model: { layers: 6, hiddenSize: 32, attention: { heads: 8, kvHeads: 4, headSize: 8 }, dense: { hiddenSize: 64, matrices: 3 } },
    cluster: {
      gpu: { compute: "1 TFLOPS", bandwidth: "100 GB/s", memory: "1 GB", launch: "1 us" },
      network: {
        kind: "two-tier",
        node: { bandwidth: "10 GB/s", latency: "30 us" },
        fabric: { bandwidth: "2 GB/s", latency: "30 us" },
      },
    },
    parallelism: { pipeline: 2, data: 2 },
    workload: {
      kind: "closed",
      requests: 20,
      concurrency: 5,
      thinkTime: "20 us",
      promptTokens: { kind: "uniform", from: 1, to: 60 },
      outputTokens: { kind: "uniform", from: 1, to: 90 },
    },
    serving: { scheduler: { kind: "prefill-first", maxSequences: 3 } },
  }),
);

test("a sample counts a step that has ended while the next one of another micro-batch is on its way back to the first stage, and no event reported it", () => {
  fc.assert(
    fc.property(returning, fc.integer({ min: 100, max: 300 }), (scenario, parts) => {
      expect(samplesApart(scenario, parts).slice(0, 5)).toEqual([]);
    }),
    { numRuns: drawnCases(12), endOnFailure: true },
  );
});

test("so is that of shared experts which run beside the dispatch, on one rank of a data group or on two", () => {
  for (const tensor of [1, 2]) {
    const scenario = parseScenario({
      tokenyard: 1,
      model: {
        layers: 3,
        hiddenSize: 64,
        attention: { heads: 8, kvHeads: 4, headSize: 8 },
        experts: { count: 4, topK: 1, hiddenSize: 64, shared: 1 },
      },
      cluster: {
        gpu: { compute: "1 TFLOPS", bandwidth: "100 GB/s", memory: "10 GB" },
        network: {
          kind: "two-tier",
          node: { bandwidth: "0.1 GB/s", latency: "20 us" },
          fabric: { bandwidth: "0.1 GB/s", latency: "20 us" },
        },
      },
      parallelism: { expert: 4, attention: { tensor, data: 4 / tensor } },
      routing: { gate: "balanced" },
      workload: { kind: "open", requests: 12, rate: "900 requests/s", promptTokens: { kind: "uniform", from: 8, to: 90 }, outputTokens: 6 },
      serving: { scheduler: "continuous" },
    });
    for (const parts of [17, 150]) expect(samplesApart(scenario, parts).slice(0, 5)).toEqual([]);
  }
});

/** A model with experts, but for its layers. */
const TINY = {
  hiddenSize: 64,
  attention: { heads: 8, kvHeads: 8, headSize: 8 },
  experts: { count: 4, topK: 1, hiddenSize: 64, matrices: 2 },
};

/** As the 512-GPU plan, small: layers on ranks of their own, experts split over some, copies over capacity dropped, and links of a layer slow for a while. */
const planned = fc
  .record({
    seed: fc.nat(1_000),
    tensor: fc.constantFrom(1, 2),
    data: fc.constantFrom(1, 2),
    pipeline: fc.constantFrom(1, 2, 4),
    outputTokens: fc.integer({ min: 1, max: 4 }),
    rate: fc.constantFrom(200, 2_000),
    slow: fc.boolean(),
  })
  .map(({ seed, tensor, data, pipeline, outputTokens, rate, slow }) => {
    const ranks = Array.from({ length: 2 * tensor }, (_, rank) => rank);
    return parseScenario({
      tokenyard: 1,
      seed,
      model: { layers: 4, ...TINY },
      cluster: {
        gpu: { compute: "1 TFLOPS", bandwidth: "100 GB/s", memory: "1 GB" },
        gpusPerNode: 4,
        network: { kind: "two-tier", node: { bandwidth: "2 GB/s", latency: "2 us" }, fabric: { bandwidth: "1 GB/s", latency: "5 us" } },
      },
      parallelism: { layers: "own-ranks", pipeline, expert: 2, tensor, data },
      routing: { gate: "uniform", capacityFactor: 1.2, overflow: "drop" },
      workload: {
        kind: "open",
        requests: 20,
        rate: `${rate} requests/s`,
        promptTokens: { kind: "uniform", from: 8, to: 300 },
        outputTokens,
      },
      serving: { scheduler: { kind: "continuous", tokenBudget: 256, maxSequences: 16 }, overlap: "none" },
      ...(slow ? { faults: [{ kind: "link-slow", at: "3 ms", for: "30 ms", speed: "5 %", ranks }] } : {}),
    });
  });

test("so is that of layers on ranks of their own, whose experts drop copies, while links are slow", () => {
  fc.assert(
    fc.property(planned, fc.constantFrom(5, 40, 333), (scenario, parts) => {
      expect(samplesApart(scenario, parts).slice(0, 5)).toEqual([]);
    }),
    { numRuns: drawnCases(6), endOnFailure: true },
  );
});

/** Layers that draw their experts; passes of a prompt take up to thousands of times as long as those of a token. */
const uneven = fc.nat(1_000).map((seed) =>
  parseScenario({
    tokenyard: 1,
    seed,
    model: { layers: 3, ...TINY },
    cluster: {
      gpu: { compute: "0.01 TFLOPS", bandwidth: "1000 GB/s", memory: "10 GB", launch: "0 us" },
      network: { kind: "two-tier", node: { bandwidth: "200 GB/s", latency: "1 us" }, fabric: { bandwidth: "100 GB/s", latency: "1 us" } },
    },
    parallelism: { expert: 2 },
    routing: { gate: "uniform" },
    workload: {
      kind: "open",
      requests: 30,
      rate: "10 requests/s",
      promptTokens: { kind: "lognormal", mean: 220, sigma: 2, from: 1, to: 8000 },
      outputTokens: 3,
    },
    serving: { scheduler: { kind: "continuous", tokenBudget: 8192, maxSequences: 16 } },
  }),
);

test("so is that of layers that draw their experts, where a prompt takes many times as long as any before it", () => {
  fc.assert(
    fc.property(uneven, fc.constantFrom(40, 333), (scenario, parts) => {
      expect(samplesApart(scenario, parts).slice(0, 5)).toEqual([]);
    }),
    { numRuns: drawnCases(12), endOnFailure: true },
  );
});

test("a step that ends at the very instant of a sample is in it, though the run of steps goes on", () => {
  const decoding = (outputTokens: number) =>
    parseScenario({
      tokenyard: 1,
      model: { layers: 2, hiddenSize: 64, attention: { heads: 8, kvHeads: 4, headSize: 8 }, dense: { hiddenSize: 128, matrices: 3 } },
      cluster: {
        gpu: { compute: "1 TFLOPS", bandwidth: "100 GB/s", memory: "10 GB" },
        network: {
          kind: "two-tier",
          node: { bandwidth: "10 GB/s", latency: "1 us" },
          fabric: { bandwidth: "1 GB/s", latency: "1 us" },
        },
      },
      workload: { kind: "closed", requests: 1, concurrency: 1, promptTokens: 20, outputTokens },
      serving: { scheduler: { kind: "continuous" } },
    });
  const { horizonNs } = run(prepare(decoding(5))); // its last step ends as the fourth of nine does
  for (const options of [{}, { executor: "stages" }] as const) {
    const { kept } = sampled(decoding(9), 1, options, horizonNs);
    expect(kept.samples.map((sample) => sample.get("outputTokens"))).toEqual([[0], [5]]);
  }
});
