import { fc, test } from "@fast-check/vitest";
import type { Scenario } from "@tokenyard/scenario";
import { simulate } from "@tokenyard/simulator";
import { loadedScenario } from "@tokenyard/simulator/loaded-scenario.contract.ts";
import { describe, expect } from "vitest";
import { like, tinyTree } from "../fixtures/tiny-like.ts";
import { inProcessRunner } from "../runners/in-process-runner.ts";
import { sweep } from "../sweep/sweep.ts";
import { ofModel } from "./of-model.contract.ts";
import { type OptimizeOptions, optimum, searchProblems } from "./optimize.ts";
import type { Optimum } from "./search/optimum.ts";

const minimize = (text: string) => ({ text, better: "less" as const });
const maximize = (text: string) => ({ text, better: "more" as const });
const goals = fc.constantFrom<OptimizeOptions["objectives"][]>(
  [minimize("gpus")],
  [minimize("ttft.p90")],
  [minimize("gpus * e2e.mean"), minimize("gpus")],
  [minimize("gpus"), maximize("goodput")],
);
const conditions = fc.subarray(["gpus >= 2", "ttft.p99 <= 40 us", "droppedShare <= 100 %", "kv.peakShare <= 90 %"]);

/** What a search answers, less how it got there. */
const answer = ({ best, front }: Optimum) => ({
  best: best?.parameters,
  front: front.map(({ parameters, objectives }) => ({ parameters, objectives })),
});

const load = like({
  workload: { kind: "open", requests: 60, rate: "20000 requests/s", promptTokens: { kind: "uniform", from: 8, to: 256 }, outputTokens: 6 },
  serving: { scheduler: { kind: "continuous", maxSequences: 4, tokenBudget: 512 } },
});

/** Enough for runs by the law, and not for exact draws. */
const MOST_WORK = "0.3 ms";

describe("a search over plans under load", () => {
  test.prop([loadedScenario, goals, conditions], { numRuns: drawnCases(6) })(
    "finds what running every plan finds",
    async (drawn, objectives, subjectTo) => {
      const { pools: _, ...scenario } = drawn;
      const options = { objectives, subjectTo: ofModel(scenario, subjectTo), maxGpus: 3 };
      const pruned = await optimum(scenario, options);
      const all = await optimum(scenario, { ...options, prune: false });
      expect(answer(pruned)).toEqual(answer(all));
      expect(pruned).toMatchObject({ proven: true, exhaustive: true, left: 0, failed: 0 });
      expect(pruned.examined + pruned.pruned + pruned.infeasible).toBe(all.examined + all.infeasible);
    },
  );

  test("finds the fewest GPUs that hold a latency, as a sweep over its degrees does; none of its plans has micro-batches", async () => {
    const subjectTo = ["ttft.p99 <= 300 us", "droppedShare <= 100 %"];
    const vary = { "serving.overlap": ["none"], "parallelism.layers": ["shared-ranks"], "parallelism.attention.tensor": [1] };
    const found = await optimum(load, { objectives: [minimize("gpus")], subjectTo, maxGpus: 8, vary });
    const swept: { gpus: number; ttft: number }[] = [];
    const degrees = { "parallelism.pipeline": [1, 2], "parallelism.expert": [1, 2, 4], "parallelism.data": [1, 2, 3, 4, 5, 6, 7, 8] };
    const attention = { "parallelism.attention": ["null"], "parallelism.layers": ["shared-ranks"], "parallelism.tensor": [1] };
    for await (const row of sweep(load, { vary: { ...degrees, ...attention }, where: ["ranks <= 8"] }))
      if (row.status === "ok") swept.push({ gpus: row.report.gpus, ttft: row.report.ttftSeconds!.p99! });
    const holding = swept.filter(({ ttft }) => ttft <= 300e-6).sort((a, b) => a.gpus - b.gpus || a.ttft - b.ttft);
    expect(holding.length).toBeGreaterThan(0);
    expect(holding.length).toBeLessThan(swept.length); // not every plan does
    expect(found.best!.report.gpus).toBe(holding[0]!.gpus);
    expect(found.best!.report.ttftSeconds!.p99).toBeLessThanOrEqual(300e-6);
    expect(Object.keys(found.best!.parameters)).not.toContain("serving.scheduler.microBatches");
    expect(found.pruned).toBeGreaterThan(0);
  });

  test("a closed loop has no more replicas than users, and a plan without room for a cache cannot be", async () => {
    const closed = like({
      workload: { kind: "closed", requests: 20, concurrency: 2, promptTokens: 40, outputTokens: 4 },
      serving: { scheduler: { kind: "continuous", maxSequences: 4, tokenBudget: 512 } },
    });
    const found = await optimum(closed, { objectives: [minimize("e2e.mean"), maximize("gpus")], maxGpus: 4 });
    expect(found.best!.parameters["parallelism.data"]).toBeLessThanOrEqual(2);
    const narrow = { ...closed, cluster: { ...closed.cluster, gpu: { ...closed.cluster.gpu, memory: 1000 } } } as Scenario;
    const none = await optimum(narrow, { objectives: [minimize("gpus")], maxGpus: 4 });
    expect(none).toMatchObject({ best: null, examined: 0, proven: true });
    expect(none.infeasible).toBeGreaterThan(0);
  });

  test("what it cannot choose among is refused: micro-batches that no such scheduler has", () => {
    const options = { objectives: [minimize("gpus")] };
    const dealt = { ...load, serving: { ...load.serving, scheduler: { kind: "static", microBatches: 1, deal: "in-order" } } } as Scenario;
    expect(searchProblems(dealt, options)).toMatchObject([{ path: ["serving", "scheduler"], given: "static" }]);
    const cut = searchProblems(load, { ...options, vary: { "serving.scheduler.microBatches": [1, 2] } });
    expect(cut[0]).toMatchObject({ path: ["serving", "scheduler", "microBatches"] });
  });

  const uneven = (resolution: string, changes: object = {}, options: Partial<OptimizeOptions> = {}) =>
    optimum(
      like({
        model: { ...tinyTree.model, layers: 8 },
        routing: { gate: "uniform", resolution },
        workload: {
          kind: "open",
          requests: 40,
          rate: "2000 requests/s",
          promptTokens: { kind: "uniform", from: 8, to: 64 },
          outputTokens: 4,
        },
        serving: { scheduler: "continuous" },
        ...changes,
      }),
      {
        objectives: [minimize("tpot.mean")],
        subjectTo: [],
        maxGpus: 4,
        vary: {
          "serving.overlap": ["none"],
          "parallelism.layers": ["shared-ranks"],
          "parallelism.tensor": [1],
          "parallelism.attention.tensor": [1],
        },
        ...options,
      },
    );

  test("whose experts go by their law draws those of the best plans exactly: the best is that of a search that draws all", {
    tags: "long",
  }, async () => {
    const [law, exact] = [await uneven("law"), await uneven("exact")];
    expect(exact.drawnExactly).toBeUndefined();
    expect(law.drawnExactly).toBeGreaterThanOrEqual(2);
    expect(law).not.toHaveProperty("keptByLaw");
    expect(law).not.toHaveProperty("leftToDraw");
    expect(law.best!.parameters).toEqual({ ...exact.best!.parameters, "routing.resolution": "exact" });
    expect(law.best!.objectives).toEqual(exact.best!.objectives);
    expect(law.best!.report.balance.law).toBeUndefined();
  });

  test("whose best plans are refused with exact draws keeps their numbers by the law, and says so", { tags: "long" }, async () => {
    const law = await uneven("law", { mostWork: MOST_WORK });
    const exact = await uneven("exact", { mostWork: MOST_WORK });
    expect(exact).toMatchObject({ best: null, examined: 0 });
    expect(law.best!.report.balance.law).toBeDefined();
    expect(law.keptByLaw!.plans).toBeGreaterThanOrEqual(2);
    expect(law.keptByLaw!.reason).toContain("mostWork");
    expect(law).not.toHaveProperty("drawnExactly");
    expect(law).not.toHaveProperty("leftToDraw");
    expect(law.front.map(({ parameters }) => parameters)).toContainEqual(law.best!.parameters);
  });

  test("whose exact runs fail keeps their numbers by the law too, and counts them: nothing is proved", { tags: "long" }, async () => {
    const runner = inProcessRunner({
      simulate: async (scenario) => {
        if (scenario.routing.resolution === "exact") throw new RangeError("out of memory");
        return simulate(scenario);
      },
    });
    const law = await uneven("law", {}, { runner });
    expect(law.best!.report.balance.law).toBeDefined();
    expect(law).toMatchObject({ failed: law.keptByLaw!.plans, proven: false, exhaustive: false });
    expect(law.keptByLaw!.reason).toContain("out of memory");
  });
});
