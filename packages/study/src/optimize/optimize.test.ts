import { fc, test } from "@fast-check/vitest";
import { Problems, type Scenario } from "@tokenyard/scenario";
import { simulate } from "@tokenyard/simulator";
import { drawnScenario } from "@tokenyard/simulator/drawn-scenario.contract.ts";
import { ofKinds } from "@tokenyard/simulator/kinds-scenario.contract.ts";
import { describe, expect } from "vitest";
import { like, tinyTree } from "../fixtures/tiny-like.ts";
import { inProcessRunner, runPoint } from "../runners/in-process-runner.ts";
import { orderedRunner } from "../runners/ordered-runner.ts";
import { Stop } from "../runners/stop.ts";
import { ofModel } from "./of-model.contract.ts";
import { type OptimizeOptions, optimize, optimum, searchProblems } from "./optimize.ts";
import type { Optimum } from "./search/optimum.ts";
import { choicesOf } from "./space/space.ts";

const minimize = (...texts: string[]) => texts.map((text) => ({ text, better: "less" as const }));
const maximize = (...texts: string[]) => texts.map((text) => ({ text, better: "more" as const }));

/** What a search answers, less how it got there. */
const answer = ({ best, front }: Optimum) => ({
  best: best?.parameters,
  front: front.map(({ parameters, objectives }) => ({ parameters, objectives })),
});

const batch = like({
  workload: { kind: "batch", sequences: 12, promptTokens: { kind: "uniform", from: 8, to: 256 }, outputTokens: 6 },
  targets: { ttft: "1 ms" },
});

type Goals = OptimizeOptions["objectives"];

const oneGoal = fc.constantFrom<Goals[]>(minimize("ttft"), minimize("gpus"), maximize("throughputPerGpu"));
const twoGoals = fc.constantFrom<Goals[]>(
  minimize("tpot.mean", "gpus"),
  [...minimize("ttft.p50"), ...maximize("throughputPerGpu")],
  [...minimize("gpus * e2e.p90"), ...minimize("gpus")],
);
const conditions = fc.subarray(["gpus >= 2", "droppedShare <= 20 %", "throughputPerGpu >= 10 tokens/ms", "parallelism.tensor == 1"]);

/** Some placements of experts ask for more ranks than a small search may have. */
const withPlans = drawnScenario.filter((scenario) => {
  try {
    return choicesOf(scenario, { maxGpus: 3 }).next().done === false;
  } catch {
    return false;
  }
});

describe("a search that prunes", () => {
  const findsAll = async (scenario: Scenario, objectives: Goals, subjectTo: readonly string[]) => {
    const options = { objectives, subjectTo: ofModel(scenario, subjectTo), maxGpus: 3, vary: { "serving.scheduler.microBatches": "1..2" } };
    const pruned = await optimum(scenario, options);
    const all = await optimum(scenario, { ...options, prune: false });
    expect(answer(pruned)).toEqual(answer(all));
    expect(pruned).toMatchObject({ proven: true, exhaustive: true, left: 0, failed: 0 });
    expect(all.pruned).toBe(0);
    expect(pruned.examined + pruned.pruned + pruned.infeasible).toBe(all.examined + all.infeasible);
  };
  test.prop([withPlans, oneGoal, conditions], { numRuns: drawnCases(4) })("finds what running every plan finds: one best plan", findsAll);
  test.prop([ofKinds(withPlans), oneGoal, conditions], { numRuns: 3 })(
    "finds what running every plan finds, with layers of any kinds",
    findsAll,
  );
  test.prop([withPlans, twoGoals, conditions], { numRuns: drawnCases(4) })(
    "finds what running every plan finds: a front of two goals",
    findsAll,
  );

  test("breaks off runs that cannot win any more, and finds the same as if it ran them to their ends", { tags: "long" }, async () => {
    for (const objectives of [minimize("gpus", "ttft"), minimize("gpus", "e2e.max")]) {
      const options = { objectives, targets: false, maxGpus: 4 };
      const sparing = await optimum(batch, options);
      const whole = await optimum(batch, { ...options, breakOff: false });
      expect(answer(sparing)).toEqual(answer(whole));
      expect([sparing.examined, sparing.pruned, whole.beaten]).toEqual([whole.examined, whole.pruned, 0]);
      expect(sparing.beaten).toBeGreaterThan(0);
    }
  });

  test("breaks no run off where what is looked for is chosen, and all that was tried is listed", async () => {
    const vary = { "workload.outputTokens": "3,6", "parallelism.data": "1..4" };
    const asked = {
      objectives: minimize("workload.outputTokens", "ttft"),
      subjectTo: ["throughputPerGpu >= 1 tokens/ms"],
      maxGpus: 4,
      vary,
    };
    expect(await optimum(batch, asked)).toMatchObject({ beaten: 0, proven: true });
  });

  test("runs few of the plans: of hundreds, for the fewest GPUs no more than are chosen before the first result counts", async () => {
    const found = await optimum(batch, { objectives: minimize("gpus"), maxGpus: 16 });
    expect(found.best?.report.gpus).toBe(1);
    expect(found.examined + found.pruned).toBeGreaterThan(500);
    expect(found.examined).toBeLessThanOrEqual(9);
  });

  test("is the same with three workers that answer out of turn", async () => {
    let turn = 0;
    const shuffled = orderedRunner(async (point) => {
      const ticks = [3, 0, 5, 1, 4, 2][turn++ % 6]!;
      for (let tick = 0; tick < ticks; tick++) await Promise.resolve();
      return runPoint(point);
    }, 3);
    const options = { objectives: [...minimize("ttft"), ...maximize("throughputPerGpu")], subjectTo: [], maxGpus: 8, points: 20 };
    const one = await optimum(batch, options);
    expect(await optimum(batch, { ...options, runner: shuffled })).toEqual(one);
    expect(one).toMatchObject({ examined: 20, exhaustive: false });
  });
});

describe("what is asked", () => {
  test("targets are constraints when no others are given, or when asked for; few copies may be dropped unless a constraint speaks of them", async () => {
    const constraints = async (asked: Partial<OptimizeOptions>) =>
      (await optimum(batch, { objectives: minimize("gpus"), points: 1, maxGpus: 1, ...asked })).constraints;
    expect(await constraints({})).toEqual(["ttft <= 1 ms", "droppedShare <= 1 %"]);
    expect(await constraints({ subjectTo: ["gpus <= 4"] })).toEqual(["gpus <= 4", "droppedShare <= 1 %"]);
    expect(await constraints({ subjectTo: ["droppedShare <= 5 %"], targets: true })).toEqual(["droppedShare <= 5 %", "ttft <= 1 ms"]);
    expect(await constraints({ targets: false })).toEqual(["droppedShare <= 1 %"]);
  });

  test("nothing is asked of the copies of a model without experts, whatever its overflow", async () => {
    const { experts: _, ...model } = batch.model;
    const dense = { ...batch, model, routing: { ...batch.routing, overflow: { kind: "dropout" } } } as Scenario;
    const { constraints } = await optimum(dense, { objectives: minimize("gpus"), points: 1, maxGpus: 1, targets: false });
    expect(constraints).toEqual([]);
  });

  test("every mistake is reported at once", async () => {
    const vary = { "parallelism.data": "0..2", "parallelism.layers": "own", "workload.sequences": "x,1 s" };
    const asked = { objectives: minimize("gpus", "ttfd"), subjectTo: ["gpus <= 4 s", "nonsense"], vary };
    const error = await optimum(batch, asked).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Problems);
    expect((error as Problems).problems.map(({ path }) => path)).toEqual([
      ["objectives", 1],
      ["subjectTo", 0],
      ["subjectTo", 1],
      ["parallelism", "data"],
      ["parallelism", "layers"],
      ["workload", "sequences"],
      ["workload", "sequences"],
    ]);
    expect(searchProblems(batch, asked)).toEqual((error as Problems).problems);
    expect(searchProblems(batch, { objectives: minimize("gpus") })).toEqual([]);
    await expect(optimum(batch, { objectives: [] })).rejects.toThrow("something to make small or large");
    await expect(optimum(batch, { objectives: minimize("gpus"), vary: { "parallelism.data": "0..2" } })).rejects.toThrow(Problems);
  });

  test("which side of an objective is better is said as it is known: another word meant more, in silence", async () => {
    const better = "min" as "less";
    await expect(optimum(batch, { objectives: [{ text: "gpus", better }] })).rejects.toThrow(
      "objectives.0.better: min given; wanted less or more",
    );
  });

  test("other paths may be varied too: each choice is made for each of their values", async () => {
    const vary = { "parallelism.data": "1", "workload.sequences": "4,8" };
    const found = await optimum(batch, { objectives: maximize("throughputPerGpu"), targets: false, maxGpus: 2, vary });
    expect(found.best?.parameters["workload.sequences"]).toBe(8); // a larger batch reads the weights as often
    expect(found.best?.parameters["parallelism.data"]).toBe(1);
  });

  test("data groups may be asked for as other degrees are, and no plan is run for each of their values", async () => {
    const asked = { objectives: maximize("throughputPerGpu"), targets: false, maxGpus: 4 };
    const of = (groups: string) => optimum(batch, { ...asked, vary: { "parallelism.attention.data": groups } });
    const [one, two, both] = [await of("1"), await of("2"), await of("1,2")];
    expect(one.best!.parameters["parallelism.attention.data"]).toBe(1);
    expect(two.best!.parameters["parallelism.attention.data"]).toBe(2);
    const tried = ({ examined, pruned, beaten }: Optimum) => examined + pruned + beaten;
    expect(tried(both)).toBeLessThanOrEqual(tried(one) + tried(two));
  });

  test("what is written over by the plans of a search is not varied beside them, unseen", () => {
    const choicesOf = (scenario: Scenario, path: string, values: string) =>
      searchProblems(scenario, { objectives: minimize("gpus"), vary: { [path]: values } }).map(({ path: at, given, wanted }) => {
        expect(given).toBe(values);
        return `${at}: ${wanted}`;
      });
    const byPath = (path: string, ...better: string[]) => [`vary,${path}: what a search decides, path by path: ${better.join(", ")}`];
    const groups = ["parallelism.attention.tensor", "parallelism.attention.data"];
    expect(choicesOf(batch, "parallelism.attention", "{ tensor: 1, data: 1 }")).toEqual(byPath("parallelism.attention", ...groups));
    expect(choicesOf(batch, "serving.overlap.kind", "none")).toEqual(byPath("serving.overlap.kind", "serving.overlap"));
    expect(choicesOf(batch, "serving.overlap", "{ kind: two-batch, least: 4 },none")).toEqual([
      "vary,serving.overlap: numbers or names; what else they need, in the scenario",
    ]);
    const split = like({
      parallelism: {},
      pools: [{ role: "prefill" }, { role: "decode" }],
      workload: { kind: "open", requests: 4, rate: "1 requests/s", promptTokens: 8, outputTokens: 2 },
      serving: { scheduler: "continuous" },
    });
    const tensors = ["pools.0.parallelism.tensor", "pools.1.parallelism.tensor"];
    expect(choicesOf(split, "parallelism.tensor", "2")).toEqual(byPath("parallelism.tensor", ...tensors));
    expect(choicesOf(split, "pools.1.parallelism.tensor", "2")).toEqual([]);
  });

  test("a plan that loses tokens does not win by its speed", async () => {
    const lossy = like({
      routing: { gate: { kind: "zipf", exponent: 2 }, capacityFactor: 1 },
      workload: { kind: "batch", sequences: 8, promptTokens: 128, outputTokens: 1 },
    });
    const asked = { objectives: minimize("ttft"), maxGpus: 2, targets: false };
    expect((await optimum(lossy, asked)).best).toBeNull();
    const found = await optimum(lossy, { ...asked, subjectTo: ["droppedShare <= 100 %"] });
    expect(found.best!.report.tokens.dropped).toBeGreaterThan(0);
  });
});

describe("what is found", () => {
  test("the scenario's own plan is run first and listed beside the best, with the constraints that it holds", async () => {
    const wasteful = like({ ...batchTree(), parallelism: { expert: 4, tensor: 4 } });
    const found = await optimum(wasteful, { objectives: minimize("gpus"), subjectTo: ["gpus <= 8", "ttft <= 1 s"], maxGpus: 16 });
    expect(found.given?.report).toEqual(simulate(wasteful));
    expect(found.given?.holds).toEqual([false, true, true]);
    expect(found.best?.report.gpus).toBe(1);
  });

  test("plans that do not fit are counted by the path of the reason", async () => {
    const small = like({ ...batchTree(), cluster: { ...tinyTree.cluster, gpu: { ...tinyTree.cluster.gpu, memory: "450 kB" } } });
    const found = await optimum(small, { objectives: minimize("gpus"), targets: false, maxGpus: 8 });
    expect(found.best!.report.gpus).toBeGreaterThan(1);
    expect(found.reasons).toEqual([expect.objectContaining({ path: "cluster.gpu.memory", plans: found.infeasible })]);
    expect(found.reasons[0]!.message).toMatch(/wanted at least/);
  });

  test("a search that is stopped ends with the best so far, whether its budget is points, time or patience", async () => {
    const asked = { objectives: minimize("ttft"), targets: false, maxGpus: 8, prune: false };
    expect(await optimum(batch, { ...asked, points: 5 })).toMatchObject({ examined: 5, exhaustive: false, proven: false });

    let looks = 0;
    const timed = await optimum(batch, { ...asked, shouldStop: () => ++looks > 10 });
    expect(timed.examined).toBeLessThan(20);
    expect(timed.best).not.toBeNull();

    const stop = new Stop();
    let last: Optimum | undefined;
    for await (const soFar of optimize(batch, { ...asked, signal: stop, runner: inProcessRunner() })) {
      last = soFar;
      if (soFar.examined === 7) stop.abort();
    }
    expect(last).toMatchObject({ examined: 7, exhaustive: false });
    expect(last?.best).not.toBeNull();
  });

  test("each sign of life is at least as good as the one before, and what is left shrinks to nothing", async () => {
    let before: Optimum | undefined;
    for await (const soFar of optimize(batch, { objectives: minimize("ttft"), targets: false, maxGpus: 4 })) {
      if (before?.best) expect(soFar.best!.objectives["ttft"]).toBeLessThanOrEqual(before.best.objectives["ttft"]!);
      if (before !== undefined && before.left !== null) expect(soFar.left).toBeLessThanOrEqual(before.left);
      before = soFar;
    }
    expect(before).toMatchObject({ left: 0, exhaustive: true, proven: true });
  });

  test("there is no plan where none can be", async () => {
    const impossible: Scenario = { ...batch, targets: { ttft: 1e-9 } };
    const found = await optimum(impossible, { objectives: minimize("gpus"), maxGpus: 4 });
    expect(found).toMatchObject({ best: null, front: [], examined: 1, proven: true, exhaustive: true });
  });
});

function batchTree() {
  return { workload: { kind: "batch", sequences: 12, promptTokens: { kind: "uniform", from: 8, to: 256 }, outputTokens: 6 } };
}
