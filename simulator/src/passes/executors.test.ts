import { parseScenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { drawnScenario } from "../drawn-scenario.contract.ts";
import { fitted } from "../fitted-scenario.contract.ts";
import { cachedScenario } from "../laws/cached-scenario.contract.ts";
import { composedAheadScenario } from "../laws/composed-ahead-scenario.contract.ts";
import { draftedCachedScenario, draftedScenario } from "../laws/drafted-scenario.contract.ts";
import { guessedScenario } from "../laws/guessed-scenario.contract.ts";
import { halved } from "../laws/halved-scenario.contract.ts";
import { late, lateScenario } from "../laws/late-scenario.contract.ts";
import { loadedScenario } from "../loaded-scenario.contract.ts";
import { prepare } from "../setup/prepare.ts";
import { run } from "../simulate.ts";
import { executorContract } from "./executors.contract.ts";

const SMALL = {
  gpu: { compute: "1 TFLOPS", bandwidth: "100 GB/s", memory: "1 GB" },
  network: { kind: "two-tier", node: { bandwidth: "10 GB/s", latency: "1 us" }, fabric: { bandwidth: "2 GB/s", latency: "4 us" } },
};

executorContract("any load", loadedScenario, 16);
executorContract("any load, with a prefix cache", cachedScenario, 16);
executorContract("any load, with a front end", lateScenario, 10);
executorContract("steps that are composed ahead", composedAheadScenario, 8);
executorContract("steps that are composed ahead, with a front end", late(composedAheadScenario), 6);

executorContract("any load, with drafts", draftedScenario, 16);
executorContract("any load, with drafts and a prefix cache", draftedCachedScenario, 8);

executorContract("static batches, on any deployment", drawnScenario, 16);

// times grow in no straight line
executorContract("kernels fitted to measured ones", loadedScenario.map(fitted), 6);
executorContract("kernels fitted to measured ones, with a prefix cache", cachedScenario.map(fitted), 6);

const apart = parseScenario({
  tokenyard: 1,
  model: {
    layers: 2,
    hiddenSize: 32,
    attention: { heads: 8, kvHeads: 4, headSize: 8, window: { tokens: 8, fullEvery: 2 } },
    dense: { layers: 1, hiddenSize: 64, matrices: 2 }, // not split: no collective at its end
    experts: { count: 4, topK: 2, hiddenSize: 64, matrices: 2 },
  },
  cluster: SMALL,
  parallelism: { expert: 2, attention: { tensor: 1 } },
  routing: { gate: "balanced" },
  workload: { kind: "batch", sequences: 3, promptTokens: 20, outputTokens: 10 }, // two on one data group, one on the other
  serving: { scheduler: "continuous" },
});
// the attention of a layer with a window never grows
executorContract("ranks that leave a layer with a window apart", fc.constant(apart), 1);

const crossing = fc.nat(1000).map((seed) =>
  parseScenario({
    tokenyard: 1,
    seed,
    model: {
      layers: 2,
      hiddenSize: 32,
      attention: { heads: 8, kvHeads: 4, headSize: 8 },
      experts: { count: 4, topK: 2, hiddenSize: 64, matrices: 2 },
    },
    cluster: { ...SMALL, gpu: { ...SMALL.gpu, bandwidth: "1 GB/s" } },
    parallelism: { expert: 2 },
    routing: { gate: "balanced" },
    workload: { kind: "batch", sequences: 3, promptTokens: { kind: "uniform", from: 1, to: 100 }, outputTokens: 60 },
    serving: { scheduler: "continuous" },
  }),
);
// few sequences saw much, more see more each step
executorContract("steps whose last data group is not that of the step before", crossing, 16);

const exchanging = fc
  .record({
    seed: fc.nat(1000),
    tensor: fc.constantFrom(2, 4),
    leading: fc.nat(1),
    vocabulary: fc.constantFrom(undefined, 500),
    gpusPerNode: fc.constantFrom(3, 8),
  })
  .map(({ seed, tensor, leading, vocabulary, gpusPerNode }) =>
    parseScenario({
      tokenyard: 1,
      seed,
      model: {
        layers: 3,
        hiddenSize: 32,
        attention: { heads: 8, kvHeads: 4, headSize: 8 },
        experts: { count: 8, topK: 2, hiddenSize: 64, matrices: 2 },
        ...(leading > 0 ? { dense: { layers: leading, hiddenSize: 64, matrices: 2 } } : {}),
        ...(vocabulary === undefined ? {} : { vocabulary }),
      },
      cluster: { ...SMALL, gpusPerNode },
      parallelism: { expert: 8, attention: { tensor } },
      routing: { gate: "balanced" },
      workload: {
        kind: "open",
        requests: 30,
        rate: "20000 requests/s",
        promptTokens: { kind: "uniform", from: 1, to: 60 },
        outputTokens: 20,
      },
      serving: { scheduler: { kind: "continuous", tokenBudget: 64, maxSequences: 8 } },
    }),
  );
executorContract("groups of ranks that exchange copies, and data groups whose ranks add theirs up", exchanging, 40);

// networks much slower than kernels, or faster: which lane holds the other turns round, and when units begin to repeat
executorContract("halves in turn, over layers enough to repeat", halved({ min: 6, max: 24 }, ["balanced"], [{}]), 12);

// how long experts are waited for follows from when each layer could begin with them
executorContract("experts that are guessed and loaded ahead", guessedScenario, 16);

const beside = fc
  .record({
    seed: fc.nat(1000),
    gate: fc.constantFrom<unknown>("uniform", { kind: "lognormal", sigma: 1 }, { kind: "correlated", mixes: 3, sigma: 1 }),
    routing: fc.constantFrom<object>({}, { capacityFactor: 1 }, { capacityFactor: 1, overflow: "reroute" }),
    slow: fc.constantFrom(0.02, 0.3, 1, 3, 50),
    tensor: fc.constantFrom(1, 2),
    attention: fc.constantFrom(1, 2, 4),
    pipeline: fc.constantFrom(1, 1, 2),
    scheduler: fc.constantFrom("static", "continuous"),
  })
  .map((draw) =>
    parseScenario({
      tokenyard: 1,
      seed: draw.seed,
      model: {
        layers: 4,
        hiddenSize: 32,
        attention: { heads: 8, kvHeads: 4, headSize: 8 },
        experts: { count: 8, topK: 2, hiddenSize: 64, matrices: 2, shared: 1 },
        vocabulary: 500,
      },
      cluster: {
        ...SMALL,
        gpusPerNode: 4,
        network: {
          kind: "two-tier",
          node: { bandwidth: `${10 / draw.slow} GB/s`, latency: `${draw.slow} us` },
          fabric: { bandwidth: `${2 / draw.slow} GB/s`, latency: `${4 * draw.slow} us` },
        },
      },
      parallelism: { expert: 8 / draw.tensor, tensor: draw.tensor, pipeline: draw.pipeline, attention: { tensor: draw.attention } },
      routing: { gate: draw.gate, ...draw.routing },
      workload: { kind: "batch", sequences: 12, promptTokens: { kind: "uniform", from: 1, to: 40 }, outputTokens: 4 },
      serving: {
        scheduler:
          draw.scheduler === "static" ? { kind: "static", microBatches: 2 } : { kind: "continuous", tokenBudget: 128, maxSequences: 4 },
      },
    }),
  );
// shared experts hide behind the exchange in all layers, in the first of them, or in none: then the pass draws again what it drew
executorContract("shared experts beside what a gate that draws sends", beside, 6);

const many = parseScenario({
  tokenyard: 1,
  model: {
    layers: 1,
    hiddenSize: 32,
    attention: { heads: 8, kvHeads: 4, headSize: 8 },
    experts: { count: 8, topK: 2, hiddenSize: 64, matrices: 2 },
    vocabulary: 1000,
  },
  cluster: SMALL,
  parallelism: { expert: 8 },
  routing: { gate: "balanced" },
  workload: {
    kind: "open",
    requests: 400,
    rate: "1000000 requests/s",
    promptTokens: { kind: "uniform", from: 1, to: 20 },
    outputTokens: 6,
  },
  serving: { scheduler: "continuous" },
});
executorContract("so many batches that differ that what is kept of one gives its place to another", fc.constant(many), 1);

test("a model with experts in none of its layers routes nothing, however its passes are timed", () => {
  const without = parseScenario({
    tokenyard: 1,
    model: {
      layers: 2,
      hiddenSize: 32,
      attention: { heads: 8, kvHeads: 4, headSize: 8 },
      dense: { layers: 2, hiddenSize: 64, matrices: 2 },
      experts: { count: 4, topK: 2, hiddenSize: 64, matrices: 2 },
    },
    cluster: SMALL,
    parallelism: {},
    routing: { gate: "balanced" },
    workload: { kind: "batch", sequences: 3, promptTokens: 20, outputTokens: 10 },
    serving: { scheduler: "continuous" },
  });
  expect(run(prepare(without)).routing).toEqual(run(prepare(without), { executor: "stages" }).routing);
});
