import { createKernelModel } from "@tokenyard/cluster";
import type { KernelShape } from "@tokenyard/model";
import { compilePlan } from "@tokenyard/placement";
import { metricValue } from "@tokenyard/report";
import { messageOf, Problems, type Scenario } from "@tokenyard/scenario";
import { prepare, simulate } from "@tokenyard/simulator";
import { drawnScenario } from "@tokenyard/simulator/drawn-scenario.contract.ts";
import { fitted, tabled, withTraffic } from "@tokenyard/simulator/fitted-scenario.contract.ts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { like, tinyTree } from "../../fixtures/tiny-like.ts";
import { choiceOf, scenarioWith } from "../space/choice.ts";
import type { Only } from "../space/decided.ts";
import { choicesOf } from "../space/space.ts";
import { LowerBounds } from "./lower-bounds.ts";

const BOUNDED = [
  "gpus",
  "horizonSeconds",
  ...["ttft", "tpot", "e2e"].flatMap((name) => ["mean", "p50", "p90", "p99", "max"].map((statistic) => `${name}Seconds.${statistic}`)),
  ...["tokensPerSecond", "tokensPerMsPerGpu", "prefillTokensPerSecond", "prefillTokensPerMsPerGpu"].map((rate) => `throughput.${rate}`),
  "tokens.dropped / tokens.routed",
  ...["gpuHours", "usd", "usdPerMillionTokens", "usdPerMillionInputTokens", "usdPerMillionOutputTokens"].map((cost) => `cost.${cost}`),
  ...["joules", "joulesPerToken", "joulesPerOutputToken", "grams", "gramsPerMillionTokens"].map((energy) => `energy.${energy}`),
];

/** The scenario's own degrees, over any stages. */
function anyStages(scenario: Scenario): Only {
  const own = choiceOf(scenario, compilePlan(scenario));
  return {
    "parallelism.expert": [own.expert],
    "parallelism.tensor": [own.tensor],
    "parallelism.attention.tensor": [own.attentionTensor],
    "parallelism.data": [own.data],
    "serving.scheduler.microBatches": [own.microBatches],
  };
}

/** `scenario` at a price, on GPUs whose power is known. */
function priced(scenario: Scenario): Scenario {
  const { gpu, ...cluster } = scenario.cluster;
  return {
    ...scenario,
    cluster: { ...cluster, gpu: { ...gpu, cost: 2, power: { idle: 100, peak: 700 } }, site: { pue: 1.2, carbon: 300 } },
  };
}

/** Numbers of a run of `scenario` that lie outside of their bounds, and how near the others come: 1 is as near as can be. */
function compared(given: Scenario, paths: readonly string[] = BOUNDED) {
  const scenario = priced(given);
  const report = simulate(scenario);
  const dropped = metricValue(report, { path: "tokens.dropped / tokens.routed" }) ?? 0;
  const bounds = new LowerBounds(scenario, dropped).of(choiceOf(scenario, compilePlan(scenario)));
  if ("problems" in bounds) throw new Error("a scenario that ran does not fit");
  const outside: string[] = [];
  const nearness: Record<string, number> = {};
  for (const path of paths) {
    const value = metricValue(report, { path });
    const range = bounds(path);
    if (value === null || range === undefined) continue;
    if (value < range.low || value > range.high) outside.push(`${path}: ${value} is not in ${range.low} … ${range.high}`);
    nearness[path] = Number.isFinite(range.high) ? value / range.high : range.low / value;
  }
  return { outside, nearness };
}

test("no number of a run lies outside of its bounds, though the run drops no more than the bounds assume", { tags: "long" }, () => {
  const holds = fc.property(drawnScenario, (scenario) => {
    expect(compared(scenario).outside).toEqual([]);
  });
  fc.assert(holds, { numRuns: drawnCases(150) });
});

test("an outline, made for whichever of the choices with one batch, bounds no number more closely than the bounds of each choice", () => {
  const holds = fc.property(drawnScenario, fc.double({ min: 0, max: 1, noNaN: true }), (scenario, mostDropped) => {
    const bounds = new LowerBounds(scenario, mostDropped);
    for (const choice of choicesOf(scenario, { maxGpus: 100_000, only: anyStages(scenario) })) {
      const [outline, whole] = [bounds.outline(choice), bounds.of(choice)];
      if ("problems" in whole) continue;
      for (const path of BOUNDED) {
        const [far, near] = [outline(path), whole(path)];
        if (far === undefined || near === undefined) continue; // what only a run's bounds say is left open
        expect({ path, isWithin: far.low <= near.low * (1 + 1e-12) && far.high >= near.high * (1 - 1e-12) }).toEqual({
          path,
          isWithin: true,
        });
      }
    }
  });
  fc.assert(holds, { numRuns: drawnCases(60) });
});

test("bounds are the same whatever was asked before, though much of them is remembered", () => {
  const holds = fc.property(drawnScenario, (scenario) => {
    const only = { ...anyStages(scenario), "parallelism.data": [1, 2, 3], "serving.scheduler.microBatches": [1, 2, 4] };
    const choices = [...choicesOf(scenario, { maxGpus: 100_000, only })];
    const seconds = (bounds: LowerBounds, choice: (typeof choices)[number]) => {
      const found = bounds.of(choice);
      return ["problems" in found ? found.problems.map(messageOf) : BOUNDED.map(found), BOUNDED.map(bounds.outline(choice))];
    };
    const after = new LowerBounds(scenario, 0.01);
    const all = choices.map((choice) => seconds(after, choice));
    for (const at of new Set([0, 0.3, 0.6, 0.99].map((share) => Math.floor(share * choices.length)))) {
      expect(all[at]).toEqual(seconds(new LowerBounds(scenario, 0.01), choices[at]!));
    }
  });
  fc.assert(holds, { numRuns: drawnCases(40) });
});

test("nor does it under fitted kernels, which no kernel of the bounds outlasts", { tags: "long" }, () => {
  const holds = fc.property(drawnScenario, (scenario) => {
    expect(compared(fitted(scenario)).outside).toEqual([]);
  });
  fc.assert(holds, { numRuns: drawnCases(80) });
});

test("nor does it however kernels are fused and inputs quantised", () => {
  const fusion = fc.record({ feedForward: fc.boolean(), norms: fc.boolean(), quantise: fc.boolean() });
  const holds = fc.property(drawnScenario, fusion, fc.boolean(), (scenario, fused, isFitted) => {
    const { model, cluster, serving } = scenario;
    const compute = { fp16: 1e12, bf16: 1e12, fp32: 1e12, fp8: 2e12 };
    const given = {
      ...scenario,
      model: { ...model, precision: { ...model.precision, compute: "fp8" as const } },
      cluster: { ...cluster, gpu: { ...cluster.gpu, compute } },
      serving: { ...serving, fusion: fused },
    };
    expect(compared(isFitted ? fitted(given) : given).outside).toEqual([]);
  });
  fc.assert(holds, { numRuns: drawnCases(50) });
});

test("nor does it where kernels follow tables, though they beat the GPU's peaks", () => {
  const holds = fc.property(drawnScenario, (scenario) => {
    expect(compared(tabled(scenario)).outside).toEqual([]);
  });
  fc.assert(holds, { numRuns: drawnCases(40) });
});

test("nor does it where tables correct the traffic of the tiers, or of fits, though they beat any network", () => {
  const holds = fc.property(drawnScenario, fc.boolean(), (scenario, isFitted) => {
    expect(compared(withTraffic(isFitted ? fitted(scenario) : scenario)).outside).toEqual([]);
  });
  fc.assert(holds, { numRuns: drawnCases(60) });
});

test("nor where they stand beside the roofline with a launch, which large kernels of short tables hardly have", () => {
  const holds = fc.property(drawnScenario, (scenario) => {
    const given = tabled(scenario);
    const { fits: _, ...gpu } = given.cluster.gpu;
    expect(compared({ ...given, cluster: { ...given.cluster, gpu: { ...gpu, launch: 5e-6 } } }).outside).toEqual([]);
  });
  fc.assert(holds, { numRuns: drawnCases(40) });
});

/**
 * The same on a GPU that reaches its datasheet, with kernels that by tables take `share` of what that allows. One row each is enough: sizes that were not
 * measured take the ratio of those that were.
 */
function beyondPeaks(scenario: Scenario, share: number): Scenario {
  const { fits: _, ...given } = scenario.cluster.gpu;
  const gpu = { ...given, computeEfficiency: 1, bandwidthEfficiency: 1, launch: 0 };
  const peaks = createKernelModel({ ...scenario.cluster, gpu, kernels: { kind: "roofline" } });
  const formats = { weightBytes: 2, activationBytes: 2, precision: "fp16" } as const;
  const us = (shape: KernelShape) => share * 1e6 * peaks.seconds(shape);
  const heads = { latent: false, heads: 8, kvHeads: 2, keySize: 32, valueSize: 32, cachedSize: 64, kvBytes: 2, activationBytes: 2 };
  const core = { ...heads, precision: "fp16" as const, sequences: 1, pairs: 2080 };
  const grouped = { kind: "grouped-linear", rowsPerExpert: Float64Array.of(16), first: 0, experts: 1, ...formats } as const;
  const experts = { up: { ...grouped, inFeatures: 64, outFeatures: 128 }, down: { ...grouped, inFeatures: 64, outFeatures: 64 } };
  const rows = [
    ["linear", 64, 64, 16, us({ kind: "linear", parts: 1, rows: 16, inFeatures: 64, outFeatures: 64, ...formats })],
    ["experts", 64, 64, 1, 1, 16, 16, us({ kind: "experts", ...experts, groupRows: 16 })],
    ["prefill", 8, 2, 32, 32, 1, 64, 64, us({ kind: "attention-prefill", ...core, newTokens: 64, contextTokens: 64 })],
    ["decode", 8, 2, 32, 32, 1, 64, us({ kind: "attention-decode", ...core, newTokens: 1, contextTokens: 64, pairs: 64 })],
  ].map(([kernel, ...sizes]) => [kernel!, "fp16", "fp16", ...sizes]);
  const files = [{ path: "kernels.csv", sha256: "none", rows }];
  return { ...scenario, cluster: { ...scenario.cluster, gpu, kernels: { kind: "table", files, launchShare: 1 } } };
}

test("nor where tables are so much faster than the datasheet as one likes, and nothing else holds a kernel up", () => {
  const holds = fc.property(drawnScenario, fc.constantFrom(0.1, 0.5, 0.9), (scenario, share) => {
    expect(compared(beyondPeaks(scenario, share)).outside).toEqual([]);
  });
  fc.assert(holds, { numRuns: drawnCases(40) });
});

test("where every kernel takes half of what the datasheet allows, one GPU takes exactly its bound, and half of what it takes at its peaks", () => {
  const { experts: _, ...model } = tinyTree.model;
  const scenario = like({ model: { ...model, dense: { hiddenSize: 128, matrices: 2 } }, parallelism: {} });
  const [half, whole] = [beyondPeaks(scenario, 0.5), beyondPeaks(scenario, 1)];
  const { outside, nearness } = compared(half);
  expect(outside).toEqual([]);
  for (const path of ["ttftSeconds.max", "tpotSeconds.mean", "throughput.tokensPerMsPerGpu"]) expect(nearness[path]).toBeGreaterThan(0.99);
  expect(simulate(half).horizonSeconds / simulate(whole).horizonSeconds).toBeCloseTo(0.5, 1);
});

test("tables are read once for all plans of a search", () => {
  const scenario = tabled(like({}));
  const { cluster } = scenario;
  if (cluster.kernels.kind !== "table") throw new Error("no table");
  let read = 0;
  const [file] = cluster.kernels.files;
  const get = (of: NonNullable<typeof file>, key: string | symbol): unknown => {
    if (key === "rows") read++;
    return Reflect.get(of, key);
  };
  const watched = new Proxy(file!, { get });
  const given = { ...scenario, cluster: { ...cluster, kernels: { ...cluster.kernels, files: [watched] } } };
  const bounds = new LowerBounds(given, 0);
  const own = choiceOf(given, compilePlan(given));
  for (const microBatches of [1, 2, 4]) bounds.of({ ...own, microBatches });
  expect(read).toBe(1);
});

test("bounds are near: of drawn scenarios whose ranks share the experts evenly the median run takes less than 1.5 times what it must", {
  tags: "long",
}, () => {
  const isEven = ({ model, parallelism }: Scenario) => (model.experts?.count ?? 0) % parallelism.expert === 0;
  const paths = ["ttftSeconds.max", "e2eSeconds.max", "throughput.tokensPerMsPerGpu"];
  const near = paths.map(() => 0);
  for (const scenario of fc.sample(drawnScenario.filter(isEven), { numRuns: drawnCases(300), seed: 2 })) {
    const { nearness } = compared(scenario, paths);
    paths.forEach((path, at) => {
      if (nearness[path]! > 2 / 3) near[at]!++;
    });
    if (near.every((count) => count >= 150)) return; // whatever the others do, the median is as near
  }
  expect(near).toEqual(paths.map(() => 150));
});

test("one GPU with one micro-batch of a dense model takes exactly what it must", () => {
  const { experts: _, ...model } = tinyTree.model;
  const scenario = like({ model: { ...model, dense: { hiddenSize: 128, matrices: 2 } }, parallelism: {} });
  const { outside, nearness } = compared(scenario);
  expect(outside).toEqual([]);
  for (const path of ["ttftSeconds.max", "tpotSeconds.mean", "throughput.tokensPerMsPerGpu"]) expect(nearness[path]).toBeGreaterThan(0.999);
});

test("so it does with a host that takes time for each step, layer, sequence, prompt and token of one: the bound has all of it", () => {
  const { experts: _, ...model } = tinyTree.model;
  const scenario = like({
    model: { ...model, dense: { hiddenSize: 128, matrices: 2 } },
    parallelism: {},
    serving: {
      stepOverhead: {
        step: "1 ms",
        layer: "100 us",
        request: "50 us",
        promptStep: "2 ms",
        promptLayer: "70 us",
        prompt: "300 us",
        promptToken: "3 us",
      },
    },
  });
  const { outside, nearness } = compared(scenario);
  expect(outside).toEqual([]);
  for (const path of ["ttftSeconds.max", "tpotSeconds.mean", "throughput.tokensPerMsPerGpu"]) expect(nearness[path]).toBeGreaterThan(0.999);
});

test("under a limit on what is dropped, a rank with several experts must keep nearly all its rows", () => {
  const scenario = like({
    model: { ...tinyTree.model, experts: { count: 4, topK: 1, hiddenSize: 2048, matrices: 2 } },
    parallelism: {},
    routing: { gate: "balanced", capacityFactor: 1 },
    workload: { kind: "batch", sequences: 4, promptTokens: 1024, outputTokens: 1 },
  });
  const choice = choiceOf(scenario, compilePlan(scenario));
  const lowest = (mostDropped: number) => {
    const bounds = new LowerBounds(scenario, mostDropped).of(choice);
    return "problems" in bounds ? Number.NaN : bounds("ttftSeconds.max")!.low;
  };
  expect(lowest(0)).toBeGreaterThan(0.999 * simulate(scenario).ttftSeconds!.max!);
  expect(lowest(0.01)).toBeGreaterThan(0.98 * lowest(0));
  expect(lowest(1)).toBeLessThan(0.7 * lowest(0)); // one full expert of four is all that is sure
});

test("an exchange takes what its own format carries: of experts on four ranks, all of which every token visits, three quarters", () => {
  const scenario = like({
    model: {
      ...tinyTree.model,
      experts: { count: 4, topK: 4, hiddenSize: 1, matrices: 2 },
      precision: { weights: "bf16", dispatch: "nvfp4", combine: "fp32" },
    },
    cluster: {
      ...tinyTree.cluster,
      gpusPerNode: 4,
      gpu: { ...tinyTree.cluster.gpu, compute: "1 PFLOPS", bandwidth: "100 TB/s" },
      network: { kind: "two-tier", node: { bandwidth: "1 GB/s", latency: "0 s" }, fabric: { bandwidth: "1 kB/s", latency: "0 s" } },
    },
    parallelism: { expert: 4 },
    routing: { gate: "balanced" },
    workload: { kind: "batch", sequences: 4, promptTokens: 1024, outputTokens: 1 },
  });
  const { outside, nearness } = compared(scenario);
  expect(outside).toEqual([]);
  expect(nearness["ttftSeconds.max"]).toBeGreaterThan(0.99);
});

test("copies over what all experts can take are dropped by every gate: of 64 tokens on 4 experts of 8 places a half", () => {
  const scenario = like({
    routing: { gate: "balanced", capacityFactor: 0.5, minCapacity: 0 },
    workload: { kind: "batch", sequences: 1, promptTokens: 64, outputTokens: 1 },
  });
  const bounds = new LowerBounds(scenario).of(choiceOf(scenario, compilePlan(scenario)));
  expect("problems" in bounds ? undefined : bounds("tokens.dropped / tokens.routed")!.low).toBeCloseTo(0.5, 6);
  expect(compared(scenario).outside).toEqual([]);
});

test("a choice fits in memory exactly when it can be prepared, and is refused in the same words", () => {
  const scenario = like({ cluster: { ...tinyTree.cluster, gpu: { ...tinyTree.cluster.gpu, memory: "200 kB" } } });
  const bounds = new LowerBounds(scenario);
  let refused = 0;
  for (const choice of choicesOf(scenario, { maxGpus: 8 })) {
    const bound = bounds.of(choice);
    const reason = reasonOf(scenarioWith(scenario, choice));
    expect("problems" in bound ? bound.problems.map(messageOf).join("; ") : undefined).toBe(reason);
    if (reason !== undefined) refused++;
  }
  expect(refused).toBeGreaterThan(0);
});

test("a run costs its GPUs for its time at the least, and takes their idle power for it", () => {
  const { outside, nearness } = compared(like({ parallelism: {} }));
  expect(outside).toEqual([]);
  for (const path of ["cost.usdPerMillionTokens", "cost.gpuHours"]) expect(nearness[path]).toBeCloseTo(nearness["horizonSeconds"]!, 6);
  expect(nearness["energy.joulesPerToken"]).toBeGreaterThan((0.99 * nearness["horizonSeconds"]!) / 7); // idle power is a seventh of the peak
});

test("gpus and cost are known exactly", () => {
  const scenario = like({ cluster: { ...tinyTree.cluster, gpu: { ...tinyTree.cluster.gpu, cost: "2.5 USD/h" } } });
  const bounds = new LowerBounds(scenario).of({ ...choiceOf(scenario, compilePlan(scenario)), data: 2 });
  if ("problems" in bounds) throw new Error("it fits");
  expect(bounds("gpus")).toEqual({ low: 4, high: 4 });
  expect(bounds("costUsdPerHour")).toEqual({ low: 10, high: 10 });
});

/** Why it cannot be prepared; undefined when it can. */
function reasonOf(scenario: Scenario): string | undefined {
  try {
    prepare(scenario);
    return undefined;
  } catch (error) {
    if (error instanceof Problems) return error.problems.map(messageOf).join("; ");
    throw error;
  }
}
