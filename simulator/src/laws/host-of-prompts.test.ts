import { parseScenario, type Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { loadedScenario } from "../loaded-scenario.contract.ts";
import { prepare } from "../setup/prepare.ts";
import { run, simulate } from "../simulate.ts";

// The host's further time in steps with prompts, each sum redone by hand. All else is the host's nothing.

const MOE = { experts: { count: 2, topK: 1, hiddenSize: 1000, matrices: 2 } };

function report({
  stepOverhead,
  ...change
}: {
  stepOverhead: object;
  model?: object;
  parallelism?: object;
  workload: object;
  serving?: object;
}) {
  const { model, parallelism = {}, workload, serving } = change;
  return simulate(
    parseScenario({
      tokenyard: 1,
      model: {
        layers: 1,
        hiddenSize: 1000,
        attention: { heads: 10, kvHeads: 10, headSize: 100 },
        ...(model ?? { dense: { hiddenSize: 2000, matrices: 2 } }),
      },
      cluster: {
        gpu: { compute: "1 TFLOPS", bandwidth: "1 TB/s", memory: "100 GB", launch: "0 s" },
        network: { kind: "two-tier", node: { bandwidth: "100 GB/s", latency: "1 us" }, fabric: { bandwidth: "10 GB/s", latency: "5 us" } },
      },
      parallelism,
      routing: { gate: "balanced" },
      workload,
      serving: { ...serving, stepOverhead },
    }),
  );
}

const BATCH = { kind: "batch", sequences: 3, promptTokens: 100, outputTokens: 3 };

test("a step with prompts has more of it, and more for each: promptStep + prompt · prompts; one that decodes has neither", () => {
  const { breakdown } = report({ stepOverhead: { step: "1 ms", request: "5 us", promptStep: "20 ms", prompt: "300 us" }, workload: BATCH });
  expect(breakdown.ttft!["host"]).toBeCloseTo(1e-3 + 20e-3 + 3 * (5e-6 + 300e-6), 12);
  expect(breakdown.tpot!["host"]).toBeCloseTo(1e-3 + 3 * 5e-6, 12);
});

test("a prompt that is computed in pieces has a step of prompts for each piece, and is a prompt once, in the last", () => {
  const { breakdown, ttftSeconds, queueSeconds } = report({
    stepOverhead: { promptStep: "20 ms", prompt: "300 us" },
    workload: { kind: "open", requests: 1, rate: "1 requests/s", arrivals: "constant", promptTokens: 100, outputTokens: 3 },
    serving: { scheduler: { kind: "continuous", tokenBudget: 40, maxSequences: 8 } },
  });
  expect(breakdown.ttft!["host"]).toBeCloseTo(3 * 20e-3 + 300e-6, 12); // 40, 40 and 20 tokens
  expect(breakdown.tpot!["host"] ?? 0).toBe(0);
  expect(queueSeconds!.mean).toBe(0);
  expect(ttftSeconds!.mean).toBeGreaterThan(3 * 20e-3 + 300e-6);
});

test("a token of a prompt takes its time in the step that computes it, in pieces as in one, and no token that is decoded does", () => {
  const load = (tokenBudget: number) =>
    report({
      stepOverhead: { promptToken: "3 us" },
      workload: { kind: "open", requests: 1, rate: "1 requests/s", arrivals: "constant", promptTokens: 100, outputTokens: 3 },
      serving: { scheduler: { kind: "continuous", tokenBudget, maxSequences: 8 } },
    }).breakdown;
  for (const budget of [40, 1000]) {
    expect(load(budget).ttft!["host"]).toBeCloseTo(100 * 3e-6, 12);
    expect(load(budget).tpot!["host"] ?? 0).toBe(0);
  }
});

test("a layer of a step with prompts has promptLayer where the step has more tokens than graphs hold; no other layer has", () => {
  const host = (stepOverhead: object, budget = 1000) =>
    report({
      stepOverhead,
      model: { layers: 3, dense: { hiddenSize: 2000, matrices: 2 } },
      workload: { kind: "open", requests: 1, rate: "1 requests/s", arrivals: "constant", promptTokens: 100, outputTokens: 3 },
      serving: { scheduler: { kind: "continuous", tokenBudget: budget, maxSequences: 8 } },
    }).breakdown;
  expect(host({ promptLayer: "2 ms" }).ttft!["host"]).toBeCloseTo(3 * 2e-3, 12);
  expect(host({ promptLayer: "2 ms" }).tpot!["host"] ?? 0).toBe(0);
  expect(host({ promptLayer: "2 ms", capturedTokens: 99 }).ttft!["host"]).toBeCloseTo(3 * 2e-3, 12);
  expect(host({ promptLayer: "2 ms", capturedTokens: 100 }).ttft!["host"] ?? 0).toBe(0);
  expect(host({ promptLayer: "2 ms", capturedTokens: 30 }, 40).ttft!["host"]).toBeCloseTo(2 * 3 * 2e-3, 12); // 40, 40 and 20 tokens
});

test("tokens that are decoded beside a prompt count among those that graphs hold", () => {
  const load = (capturedTokens: number) =>
    report({
      stepOverhead: { promptLayer: "5 ms", capturedTokens },
      workload: { kind: "open", requests: 2, rate: "1000 requests/s", arrivals: "constant", promptTokens: 10, outputTokens: 400 },
      serving: { scheduler: "continuous" },
    }).itlSeconds!.max!;
  // the first decodes when the second comes: eleven tokens
  expect((load(10) - load(11)) / 5e-3).toBeCloseTo(1, 2);
  expect(load(11)).toBe(load(1000));
});

test("tokens that are decoded beside a prompt are none of its own", () => {
  const load = (promptToken: string) =>
    report({
      stepOverhead: { promptToken },
      workload: { kind: "open", requests: 2, rate: "1000 requests/s", arrivals: "constant", promptTokens: 10, outputTokens: 400 },
      serving: { scheduler: "continuous" },
    });
  // the first decodes when the second comes, whose ten tokens make one of its gaps longer
  expect((load("500 us").itlSeconds!.max! - load("0 s").itlSeconds!.max!) / 5e-3).toBeCloseTo(1, 2);
});

test("who decodes beside a prompt waits as long: each prompt that comes makes one gap of theirs longer", () => {
  const load = (prompt: string) =>
    report({
      stepOverhead: { prompt },
      workload: { kind: "open", requests: 2, rate: "1000 requests/s", arrivals: "constant", promptTokens: 10, outputTokens: 400 },
      serving: { scheduler: "continuous" },
    });
  // the first decodes when the second comes, and has 399 gaps
  expect((load("5 ms").itlSeconds!.max! - load("0 s").itlSeconds!.max!) / 5e-3).toBeCloseTo(1, 2);
});

test("every data group has the time of its own prompts, and all that of a step with any; they wait for the last", () => {
  const groups = { model: MOE, parallelism: { expert: 2, tensor: 1 }, workload: { ...BATCH, outputTokens: 1 } };
  const host = (stepOverhead: object) => report({ ...groups, stepOverhead }).breakdown.ttft!["host"];
  expect(host({ prompt: "10 ms" })).toBeCloseTo(2 * 10e-3, 12); // two prompts on the first data group, one on the second
  expect(host({ promptStep: "10 ms" })).toBeCloseTo(10e-3, 12);
  for (const [capturedTokens, seconds] of [
    [199, 10e-3], // 200 tokens of one data group leave the graphs for both
    [200, 0],
  ])
    expect(host({ promptLayer: "10 ms", capturedTokens }) ?? 0).toBeCloseTo(seconds!, 12);
});

test("a request that comes alone waits arrival + arrivalToken · its tokens before its first step, and no steps are longer", () => {
  const load = (stepOverhead: object) =>
    report({
      stepOverhead,
      workload: { kind: "open", requests: 3, rate: "1 requests/s", arrivals: "constant", promptTokens: 100, outputTokens: 3 },
      serving: { scheduler: "continuous" },
    });
  const [later, soon] = [load({ arrival: "2 ms", arrivalToken: "10 us" }), load({})];
  expect(later.queueSeconds!.mean).toBeCloseTo(2e-3 + 100 * 10e-6, 12);
  expect(later.ttftSeconds!.mean! - soon.ttftSeconds!.mean!).toBeCloseTo(2e-3 + 100 * 10e-6, 12);
  expect(later.tpotSeconds).toEqual(soon.tpotSeconds);
  expect(later.breakdown.ttft!["host"]).toBeUndefined();
});

test("where all requests are as late before the scheduler, an open load is served as ever, that much later: to the nanosecond", () => {
  fc.assert(
    fc.property(loadedScenario, fc.constantFrom(0, 7, 5_000, 3_000_000), (drawn, lateNs) => {
      fc.pre(drawn.workload.kind === "open");
      const arriving = (arrival: number): Scenario => {
        const { arrival: _, arrivalToken: __, ...stepOverhead } = drawn.serving.stepOverhead ?? { step: 0, layer: 0, request: 0 };
        return { ...drawn, serving: { ...drawn.serving, stepOverhead: { ...stepOverhead, arrival } } };
      };
      const [soon, late] = [0, lateNs * 1e-9].map((arrival) => run(prepare(arriving(arrival)), { rows: true }).requests);
      expect(late!.arrivedNs).toEqual(soon!.arrivedNs);
      for (const column of ["firstTokenNs", "finishedNs"] as const)
        expect(late![column]).toEqual(soon![column].map((ns, i) => (soon!.status[i] === 1 ? ns + lateNs : ns)));
    }),
    { numRuns: drawnCases(16) },
  );
});

test("kernels of a step with prompts take so much longer, and those of a step that decodes do not", () => {
  const computed = (promptKernels: string) => {
    const { ttft, tpot } = report({ stepOverhead: { promptKernels }, workload: BATCH, model: MOE }).breakdown;
    const sum = (of: Readonly<Record<string, number>>) => Object.entries(of).reduce((all, [, seconds]) => all + seconds, 0);
    return [sum(ttft!), sum(tpot!)] as const;
  };
  const [[prompts, decodes], [slower, same]] = [computed("0 %"), computed("50 %")];
  expect(slower).toBeCloseTo(1.5 * prompts, 8); // each op is rounded to a nanosecond
  expect(same).toBe(decodes);
});

test("a request is as late by its client's time as by the front end's", () => {
  fc.assert(
    fc.property(loadedScenario, (drawn) => {
      const { workload } = drawn;
      fc.pre(workload.kind !== "batch");
      const { arrival: _, arrivalToken: __, ...stepOverhead } = drawn.serving.stepOverhead ?? { step: 0, layer: 0, request: 0 };
      const serving = (arrival: number) => ({ ...drawn.serving, stepOverhead: { ...stepOverhead, arrival } });
      const byServer = run(prepare({ ...drawn, serving: serving(3e-6) }), { rows: true }).requests;
      const byBoth = { ...drawn, serving: serving(1e-6), workload: { ...workload, client: 2e-6 } } as Scenario;
      expect(run(prepare(byBoth), { rows: true }).requests).toEqual(byServer);
    }),
    { numRuns: drawnCases(8) },
  );
});

test("a batch is there at its start, and knows of no time before", () => {
  const arrival = { arrival: "2 ms" };
  expect(report({ stepOverhead: arrival, workload: BATCH }).ttftSeconds).toEqual(report({ stepOverhead: {}, workload: BATCH }).ttftSeconds);
});
