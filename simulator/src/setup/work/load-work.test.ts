import { Streams } from "@tokenyard/random";
import { type DrawnCount, Problems, parseScenario, type Scenario } from "@tokenyard/scenario";
import { createArrivingRequest, createRequestSource } from "@tokenyard/serving";
import fc from "fast-check";
import { expect, test } from "vitest";
import { loadedScenario } from "../../loaded-scenario.contract.ts";
import { run } from "../../simulate.ts";
import { prepare } from "../prepare.ts";
import { atLeast, loadWork } from "./load-work.ts";

test("the passes that a load is said to need at the least are not more than it takes", () => {
  const fixed = (value: number) => ({ kind: "fixed", value }) as const;
  const lengths = fc.record({ prompt: fc.integer({ min: 1, max: 60 }), output: fc.integer({ min: 1, max: 30 }) });
  let tight = 0;
  fc.assert(
    fc.property(loadedScenario, lengths, (drawn, { prompt, output }) => {
      const { workload } = drawn;
      const sized = { ...workload, classes: undefined, promptTokens: fixed(prompt), outputTokens: fixed(output) } as Scenario["workload"];
      const scenario = { ...drawn, workload: sized };
      const setup = prepare(scenario);
      const works = setup.pools.map((pool) => loadWork(pool.scenario, pool.plan, pool.role, setup.source.total, true));
      const { served } = run(setup);
      fc.pre(served!.rejected === 0);
      const passes = served!.levels!.passes.reduce((sum, count) => sum + count, 0);
      const least = works.reduce((sum, work) => sum + work.passes, 0);
      expect(works[0]!.requests).toBe(served!.arrived);
      expect(least).toBeLessThanOrEqual(passes);
      if (least > passes / 4) tight++;
    }),
    { numRuns: drawnCases(32) },
  );
  expect(tight).toBeGreaterThan(5); // it says something
});

test("what a drawn count is on average is not below what is said of it", () => {
  const kinds: DrawnCount[] = [
    { kind: "fixed", value: 7 },
    { kind: "uniform", from: 3, to: 900 },
    { kind: "exponential", mean: 250 },
    { kind: "exponential", mean: 1e5, from: 10, to: 20 },
    { kind: "lognormal", mean: 600, sigma: 0.8, to: 8000 },
    { kind: "lognormal", mean: 1e6, sigma: 5, from: 30 },
    { kind: "zipf", exponent: 1.1, from: 5, to: 1000 },
    { kind: "empirical", values: [1, 10, 1000], weights: [5, 4, 1] },
  ];
  for (const promptTokens of kinds) {
    const source = createRequestSource(
      { kind: "batch", sequences: 4000, promptTokens, outputTokens: { kind: "fixed", value: 1 } },
      new Streams(5),
    );
    const arriving = createArrivingRequest();
    let sum = 0;
    for (let i = 0; i < 4000; i++) {
      source.take(arriving);
      sum += arriving.promptTokens;
    }
    expect(sum / 4000).toBeGreaterThan(0.95 * atLeast(promptTokens));
    expect(atLeast(promptTokens)).toBeGreaterThanOrEqual(1);
  }
});

function served(workload: object, changes: object = {}) {
  return parseScenario({
    tokenyard: 1,
    model: {
      layers: 60,
      hiddenSize: 4096,
      attention: { heads: 64, kvHeads: 8, headSize: 128 },
      experts: { count: 256, topK: 8, hiddenSize: 2048 },
    },
    cluster: {
      gpu: { compute: "400 TFLOPS", bandwidth: "3 TB/s", memory: "100 GB" },
      network: { kind: "two-tier", node: { bandwidth: "400 GB/s", latency: "1 us" }, fabric: { bandwidth: "50 GB/s", latency: "5 us" } },
    },
    parallelism: { expert: 64, data: 8, layers: "shared-ranks" },
    routing: { gate: "uniform", resolution: "exact" },
    workload: { promptTokens: { kind: "lognormal", mean: 2000, sigma: 1 }, outputTokens: { kind: "exponential", mean: 500 }, ...workload },
    serving: { scheduler: "continuous" },
    ...changes,
  });
}

function refusal(scenario: Scenario): string[] {
  try {
    prepare(scenario);
  } catch (error) {
    if (error instanceof Problems) return error.problems.map(({ path, given, wanted }) => `${path.join(".")}: ${given} ${wanted}`);
    throw error;
  }
  return [];
}

test("a load that no day would do is refused with what it is made of; a million requests on 512 GPUs need no more than to be allowed", () => {
  const hour = { mostWork: "3600 s" };
  const million = { kind: "open", requests: 1_000_000, rate: "100 requests/s" };
  expect(refusal(served(million))).toEqual([expect.stringMatching(/^workload.requests: about \d+ s of work, .* or `mostWork: 270 s`$/)]);
  expect(refusal(served(million, hour))).toEqual([]);
  expect(refusal(served({ kind: "closed", requests: 1_000_000, concurrency: 4000 }, hour))).toEqual([]);
  expect(refusal(served({ kind: "open", duration: "3600 s", rate: "1000 requests/s" }, hour))).toEqual([]);
  const long = { outputTokens: 1_000_000_000 };
  expect(refusal(served({ kind: "open", requests: 10_000_000, rate: "100 requests/s", ...long }))).toEqual([
    // 1e7 × 1e9 outputs over 256 sequences × 64 data groups
    expect.stringMatching(
      /^workload.requests: about 1.4e10 s of work, mostly for routing 6.1e11 passes × 60 layers over 64 data groups × 256 experts, at most 60 s: fewer or shorter requests, or fewer layers, experts or data groups$/,
    ),
  ]);
  expect(refusal(served({ kind: "open", duration: "9e6 s", rate: "1e9 requests/s" }))[0]).toMatch(/^workload.duration: about/);
  expect(refusal(served({ kind: "sessions", sessions: 1000, rate: "1 requests/s", turns: 1_000_000_000 }))[0]).toMatch(
    /^workload.sessions: about/,
  );
  expect(refusal(served({ kind: "closed", requests: 1_000_000, concurrency: 1, ...long }))[0]).toMatch(/1e15 passes/);
});
