import { compilePlan } from "@tokenyard/placement";
import { OP_KINDS } from "@tokenyard/program";
import { Streams } from "@tokenyard/random";
import { hashOf, Problems, parseScenario, resolvedOf, type Scenario } from "@tokenyard/scenario";
import { drawRequests } from "@tokenyard/serving";
import fc from "fast-check";
import { expect, test } from "vitest";
import { drawnScenario } from "../../drawn-scenario.contract.ts";
import { run } from "../../simulate.ts";
import { prepare } from "../prepare.ts";
import { checkWork, stepsOf } from "./work-limit.ts";

interface Changes {
  readonly model?: object;
  readonly parallelism?: object;
  readonly routing?: object;
  readonly workload?: object;
  readonly serving?: object;
  readonly mostWork?: string;
}

/** A layer of two experts on one rank, and one prompt; then what is changed. */
function scenario({ model, parallelism = {}, routing = {}, workload, serving = {}, mostWork }: Changes): Scenario {
  return parseScenario({
    tokenyard: 1,
    model: {
      layers: 1,
      hiddenSize: 8,
      attention: { heads: 8, kvHeads: 8, headSize: 8 },
      experts: { count: 2, topK: 1, hiddenSize: 8 },
      ...model,
    },
    cluster: {
      gpu: { compute: "1 TFLOPS", bandwidth: "1 TB/s", memory: "1000 PB" },
      network: { kind: "two-tier", node: { bandwidth: "1 GB/s", latency: "1 us" }, fabric: { bandwidth: "1 GB/s", latency: "1 us" } },
    },
    parallelism,
    routing,
    workload: workload && "kind" in workload ? workload : { kind: "batch", sequences: 1, promptTokens: 10, outputTokens: 1, ...workload },
    serving,
    ...(mostWork === undefined ? {} : { mostWork }),
  });
}

function requestsOf({ workload, seed }: Scenario) {
  if (workload.kind !== "batch") throw new Error("a batch is drawn at once");
  return drawRequests(workload, new Streams(seed));
}

function refusal(attempt: () => unknown): string[] {
  try {
    attempt();
  } catch (error) {
    if (error instanceof Problems) return error.problems.map(({ path, given, wanted }) => `${path.join(".")}: ${given} ${wanted}`);
    throw error;
  }
  return [];
}

function problemsOf(changes: Changes) {
  const absurd = scenario(changes);
  return refusal(() => checkWork(absurd, compilePlan(absurd), requestsOf(absurd)));
}

test("a run of more work than a minute is refused, with what it is made of and what would lessen it", () => {
  // 100 micro-batches × 1e6 passes × (9 ops of the layer + 1) × 8 ranks = 8e9 steps, 400 s; the rest is routing
  const parallelism = { expert: 8 };
  const serving = { scheduler: { kind: "static", microBatches: 100 } };
  const workload = { sequences: 100, outputTokens: 1e6 };
  const model = { experts: { count: 8, topK: 1, hiddenSize: 8 } };
  const [work] = problemsOf({ model, parallelism, serving, workload });
  expect(work).toBe(
    "workload.outputTokens: about 543 s of work, mostly for 1e8 passes × 10 ops × 8 ranks, " +
      "at most 60 s: fewer output tokens, micro-batches, layers or ranks of a stage, or `mostWork: 600 s`",
  );
  expect(problemsOf({ model, parallelism, serving, workload, mostWork: "650 s" })).toEqual([]);
});

test("what is not known of a load beforehand is counted as it runs, and refused when it is more than the scenario allows", {
  tags: "long",
}, () => {
  const load = (mostWork: string) =>
    scenario({
      model: { layers: 40 },
      routing: { resolution: "exact" },
      workload: {
        kind: "open",
        requests: 300,
        rate: "1000 requests/s",
        promptTokens: 100,
        outputTokens: { kind: "uniform", from: 1, to: 200 },
      },
      serving: { scheduler: { kind: "continuous", tokenBudget: 1000, maxSequences: 1000 } },
      mostWork,
    });
  const refused = (mostWork: string) => refusal(() => run(prepare(load(mostWork))));
  // before the run each pass is taken to be full, which they are not; its events alone, 20 steps each, would be no 0.03 s
  const [work] = refused("0.03 s");
  expect(work).toMatch(
    /^workload\.requests: 0\.03\d* s of work for the first \d+ of about 300 requests at most 0\.03 s: fewer or shorter requests, or `mostWork: [\d.]+ s`$/,
  );
  const enough = /mostWork: (.*)`$/.exec(work!)![1]!;
  expect(refused(enough)).toEqual([]);
  expect(hashOf(resolvedOf(load("0.03 s")))).toBe(hashOf(resolvedOf(load("1 s"))));
});

test("16,384 data groups and experts are not refused where uneven experts go by the law, which fills no table of both", () => {
  const large = scenario({
    model: { experts: { count: 16_384, topK: 8, hiddenSize: 8 } },
    parallelism: { expert: 16_384 },
    mostWork: "9e5 s",
  });
  checkWork(large, compilePlan(large), requestsOf(large), undefined, true);
  expect(refusal(() => checkWork(large, compilePlan(large), requestsOf(large)))).toEqual([
    expect.stringContaining("over 16384 data groups × 16384 experts"),
  ]);
});

test("what would fill the memory is refused at what fills it", () => {
  const experts = (count: number, topK = 1) => ({ experts: { count, topK, hiddenSize: 8 } });
  // 65,536 data groups × 65,536 experts × 8 bytes = 32 GiB for the copies of a micro-batch, and again for the bytes between ranks
  expect(problemsOf({ model: experts(65_536), parallelism: { expert: 65_536 }, mostWork: "9e5 s" })).toEqual([
    "serving.scheduler.microBatches: about 64.1 GiB, mostly for 1 micro-batches over 65536 data groups × 65536 experts, " +
      "at most 2 GiB: fewer micro-batches, data groups or experts",
  ]);
  // 65,536 × 65,540 × 8 bytes
  expect(problemsOf({ model: experts(65_536, 65_536) })).toEqual([
    "model.experts.count: about 32 GiB, mostly for the popularity of 65536 experts in 1 layers, 65536 a token, " +
      "at most 2 GiB: fewer layers or experts, or a smaller topK",
  ]);
  // 10,000 layers × 9 ops × 4096 ranks × 36 bytes × 2, and 2 GiB for the routing
  expect(problemsOf({ model: { ...experts(4096), layers: 10_000 }, parallelism: { expert: 4096 }, mostWork: "9e5 s" })[0]).toMatch(
    /^parallelism: about 27.4 GiB, mostly for the times of 10000 layers on 4096 ranks/,
  );
  // 1,000,000 micro-batches × 1024 data groups × 1024 experts × 8 bytes
  const many = { sequences: 1_000_000 };
  const serving = { scheduler: { kind: "static", microBatches: 1_000_000 } };
  expect(problemsOf({ model: experts(1024), parallelism: { expert: 1024 }, workload: many, serving })).toContainEqual(
    expect.stringMatching(
      /^serving.scheduler.microBatches: about 79\d0 GiB, mostly for 1e6 micro-batches over 1024 data groups × 1024 experts/,
    ),
  );
});

test("replicas that would fill the memory are refused, however little comes to them", () => {
  const workload = { kind: "open", requests: 9, rate: "90 requests/s", promptTokens: 10, outputTokens: 2 };
  const over = (data: number) =>
    refusal(() => prepare(scenario({ parallelism: { data }, workload, serving: { scheduler: "continuous" } })));
  // 65,536 × (1,000 of a rank + 4,000 of a stage + 50,000 of runs)
  expect(over(65_536)).toEqual([
    expect.stringMatching(/^parallelism: about 3.\d+ GiB, mostly for 65536 ranks in 65536 stages, at most 2 GiB/),
  ]);
  expect(over(4096)).toEqual([]);
});

test("more copies of tokens than can be counted exactly are refused", () => {
  const [copies] = problemsOf({ model: { layers: 10 }, workload: { sequences: 1_000_000, promptTokens: 1_000_000_000 } });
  expect(copies).toMatch(/^workload.sequences: about 1e16 copies of tokens at most 9e15, so that counts stay whole numbers/);
});

test("a plan of 4,096 GPUs, 256 experts and an hour of load needs no more than to be allowed", () => {
  const changes = {
    model: { layers: 60, experts: { count: 256, topK: 8, hiddenSize: 2048 } },
    parallelism: { expert: 64, data: 64 },
    workload: { sequences: 200_000, promptTokens: 4000, outputTokens: 1000 },
    serving: { scheduler: { kind: "static", microBatches: 10 } },
  };
  expect(problemsOf(changes)).toEqual([expect.stringMatching(/^workload\.outputTokens: about \d+ s of work/)]);
  expect(problemsOf({ ...changes, mostWork: "24000 s" })).toEqual([]);
});

test("the estimate of steps is at least the ops on ranks that a run has, and not a hundred times as many", () => {
  fc.assert(
    fc.property(drawnScenario, (drawn) => {
      const setup = prepare(drawn);
      const { spans } = run(setup, { spans: { fromNs: 0, toNs: Number.MAX_SAFE_INTEGER } });
      const estimate = stepsOf(drawn, setup.plan, setup.requests);
      expect(spans!.rank.length).toBeLessThanOrEqual(estimate);
      expect(estimate).toBeLessThan(OP_KINDS.length * 100 * Math.max(1, spans!.rank.length));
    }),
    { numRuns: drawnCases(16) },
  );
});
