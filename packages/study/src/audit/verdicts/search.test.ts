import { fc, test as property } from "@fast-check/vitest";
import { formatQuantity, resolvedOf } from "@tokenyard/scenario";
import { simulate } from "@tokenyard/simulator";
import { describe, expect, test } from "vitest";
import { measured, verdictOn, written } from "../../fixtures/audited.ts";
import { CERTAIN, claimed } from "../../fixtures/claimed.ts";
import { tiny } from "../../fixtures/tiny.ts";
import { inProcessRunner } from "../../runners/in-process-runner.ts";
import { claimOf } from "../claims/claim-reader.ts";
import { cutsOf } from "../claims/structure.ts";
import { answers } from "../questions/question.ts";
import { Runs } from "../questions/runs.ts";
import { assumedRanges } from "../turns/assumed-range.ts";
import { PairedMeasure } from "../turns/paired-measure.ts";

const SEARCHED = { remedies: false };

describe("a search for another verdict", () => {
  const assumed = [
    { path: "workload.sequences", from: 2, to: 16 },
    { path: "workload.outputTokens", from: 2, to: 12 },
    { path: "workload.promptTokens", from: 8, to: 96 },
    { path: "cluster.gpu.launch", from: "0 s", to: "20 us" },
  ];
  const workload = (sequences: number, outputTokens: number, promptTokens: number) => ({
    kind: "batch",
    sequences,
    outputTokens,
    promptTokens,
  });
  const rate = (more: object) => measured(simulate(claimed([], { ...CERTAIN, ...more })), "throughputPerGpu");
  const now = rate({});
  // every combination of the ends, one by one: slow and obvious
  const most = Math.max(...[2, 16].flatMap((s) => [2, 12].flatMap((o) => [8, 96].map((p) => rate({ workload: workload(s, o, p) })))));

  property.prop([fc.double({ min: 0.01, max: 0.99, noNaN: true })], { numRuns: 3 })(
    "finds a point where the claim holds wherever one of all combinations of the ends does",
    async (share) => {
      expect(most).toBeGreaterThan(1.5 * now);
      const bound = now + share * (most - now);
      const claim = { claimed: written(bound, "throughputPerGpu"), comparison: ">=", metric: "throughputPerGpu" };
      const { verdict, turningPoint, jointTurn } = await verdictOn(claimed([claim], { ...CERTAIN, assumed }), SEARCHED);
      expect(verdict).toBe("depends");
      expect((turningPoint ?? jointTurn)!.found).toBeGreaterThanOrEqual(bound * (1 - 1e-9));
    },
  );

  test("that finds none says how many points it has looked at, and how near it came", async () => {
    const claim = { claimed: written(1.01 * most, "throughputPerGpu"), comparison: ">=", metric: "throughputPerGpu" };
    const { verdict, search, because } = await verdictOn(claimed([claim], { ...CERTAIN, assumed }), SEARCHED);
    expect(verdict).toBe("fails");
    expect(search!.nearest!.found).toBeCloseTo(most, 9);
    expect(search!.single).toBe(3 + 3 + 3 + 1); // values less the assumed ones: 2, 8, 16; 2, 5, 12; 8, 28, 96; 20 us
    expect(because).toMatch(
      new RegExp(`none of the ${search!.single + search!.joint} points searched inside the assumed ranges does it hold`),
    );
    expect(because).toMatch(/; the nearest gives .* tokens\/ms with workload\.sequences 16, /);
  });

  test("goes to another reading, with what may be moved only there", async () => {
    const closed = (concurrency: number) => ({ kind: "closed", requests: 16, concurrency, promptTokens: 24, outputTokens: 3 });
    const served = { scheduler: { kind: "continuous", tokenBudget: 512, maxSequences: 64 } };
    const seconds = (more: object) => measured(simulate(claimed([], { ...CERTAIN, ...more })), "ttft");
    const [atOnce, one, eight] = [seconds({}), ...[1, 8].map((users) => seconds({ workload: closed(users), serving: served }))] as [
      number,
      number,
      number,
    ];
    expect(atOnce).toBeLessThan(eight); // at first all at once is kinder
    expect(one).toBeLessThan(atOnce); // with one user the other is
    const readings = {
      "at-once": {},
      served: { "serving.scheduler": JSON.stringify(served.scheduler), workload: JSON.stringify(closed(8)) },
    };
    const ranges = [{ path: "workload.concurrency", from: 1, to: 8 }];
    const claim = { claimed: written((one + atOnce) / 2, "ttft"), comparison: "<=", metric: "ttft" };
    const scenario = claimed([claim], { ...CERTAIN, assumed: ranges, deployment: { readings } });
    const { verdict, reading, jointTurn, because } = await verdictOn(scenario, SEARCHED);
    expect([verdict, reading, jointTurn!.reading]).toEqual(["depends", "at-once", "served"]);
    expect(jointTurn!.changes.map(({ path, value }) => [path, value])).toEqual([["workload.concurrency", 1]]);
    expect(because).toMatch(/, but it holds, read as served, with workload\.concurrency 1, which is inside its assumed range/);
  });

  const timed = (sequences: number, launch: string) => {
    const { cluster } = resolvedOf(tiny) as { cluster: { gpu: object } };
    const more = { ...CERTAIN, workload: workload(sequences, 3, 24), cluster: { ...cluster, gpu: { ...cluster.gpu, launch } } };
    return measured(simulate(claimed([], more)), "ttft");
  };

  test("starts at what the reading says of an assumption, and moves it from there", async () => {
    const bound = (timed(16, "0 s") + timed(4, "0 s")) / 2;
    const claim = { claimed: written(bound, "ttft"), comparison: "<=", metric: "ttft" };
    const more = { ...CERTAIN, assumed: [{ path: "workload.sequences", from: 1, to: 16 }] };
    const readings = { many: { "workload.sequences": 16 } };
    const { verdict, turningPoint, checks } = await verdictOn(claimed([claim], { ...more, deployment: { readings } }), SEARCHED);
    expect([verdict, checks[0]!.verdict, turningPoint!.verdict]).toEqual(["depends", "fails", "holds"]);
    expect(timed(turningPoint!.value, "0 s")).toBeLessThanOrEqual(bound);
    expect(timed(turningPoint!.keeps!, "0 s")).toBeGreaterThan(bound);
    const given = { ...claim, given: { "workload.sequences": 16 } }; // what the claim says is no assumption
    expect((await verdictOn(claimed([given], more), SEARCHED)).verdict).toBe("fails");
  });

  test("of a claim that passes under the first reading, too, is made under a kinder one only where it turns there", async () => {
    const [kept, turned] = [timed(1, "20 us"), timed(16, "20 us")];
    const readings = { many: { "workload.sequences": 16 }, one: { "workload.sequences": 1 } };
    const assumed = [{ path: "cluster.gpu.launch", from: "0 s", to: "20 us" }];
    const searched = (bound: number) => {
      const claim = { claimed: written(bound, "ttft"), comparison: "<=", metric: "ttft" };
      return verdictOn(claimed([claim], { ...CERTAIN, assumed, deployment: { readings } }), SEARCHED);
    };
    const between = await searched((Math.max(kept, timed(16, "0 s")) + turned) / 2);
    expect([between.reading, between.verdict]).toEqual(["one", "holds"]); // turned under many alone
    const both = await searched((Math.max(timed(1, "0 s"), timed(16, "0 s")) + kept) / 2);
    expect([both.reading, both.verdict]).toEqual(["one", "depends"]);
    expect(timed(1, formatQuantity(both.turningPoint!.keeps!, "s"))).toBeLessThanOrEqual(both.claimed!);
  });
});

test("what a ratio is taken against is no assumption", async () => {
  const assumed = [{ path: "workload.outputTokens", from: 1, to: 6 }];
  const claim = { claimed: 2, comparison: ">=", metric: "throughputPerGpu", against: { "workload.outputTokens": 6 } };
  const { verdict, search, because } = await verdictOn(claimed([claim], { ...CERTAIN, assumed }), SEARCHED);
  expect([verdict, search!.single]).toEqual(["fails", 0]);
  expect(because).toMatch(/; no assumption has a range\.$/);
});

describe("a search under another reading than the first", () => {
  test("tries the values that bring the number farthest under the first, and counts the points of both", async () => {
    const readings = { few: {}, many: { "workload.sequences": 16 } };
    const assumed = [
      { path: "cluster.gpu.launch", from: "0 s", to: "20 us" }, // slower
      { path: "workload.outputTokens", from: 1, to: 3 }, // fewer are quicker to be done
      { path: "cluster.gpu.memoryShare", from: "50 %", to: "95 %" }, // neither
    ];
    const claim = { claimed: "1e9 tokens/ms", comparison: ">=", metric: "throughputPerGpu" };
    const { verdict, reading, search } = await verdictOn(claimed([claim], { ...CERTAIN, assumed, deployment: { readings } }), SEARCHED);
    expect([verdict, reading]).toEqual(["fails", "many"]);
    expect(search!.single).toBe(1 + 2 + 2 + 1); // under few: 20 us; 1, 2; 50 and 95 %. Under many: 1 output token, as 2 bring less
    expect(search!.nearest!.changes).toEqual([{ path: "workload.outputTokens", unit: "", value: 1 }]);
  });
});

test("a reading that differs only in what is assumed has the same points, and is searched once", async () => {
  const bound = { claimed: "1 ns", comparison: "<=", metric: "ttft" };
  const assumed = [
    { path: "cluster.gpu.launch", from: "0 s", to: "20 us" },
    { path: "workload.outputTokens", from: 2, to: 6 },
  ];
  const searched = async (readings: object) =>
    (await verdictOn(claimed([bound], { ...CERTAIN, assumed, deployment: { readings } }), SEARCHED)).search!.joint;
  const ideal = await searched({ ideal: {} });
  expect(await searched({ ideal: {}, slow: { "cluster.gpu.launch": "10 us" } })).toBe(ideal);
  expect(await searched({ ideal: {}, apart: { "parallelism.expert": 1 } })).toBe(ideal + 1);
});

describe("points of a search", () => {
  test("are the mean over the same seeds at each, scaled to what more runs found where nothing is changed", async () => {
    const scenario = claimed([]);
    const runs = new Runs(scenario, inProcessRunner(), {});
    const claim = claimOf({ id: "c", text: "x", claimed: "1 s", comparison: "<=", metric: "ttft" }, scenario);
    const question = { claim, part: claim.parts[0]!, parameters: {} };
    const [base] = await answers([question], runs, [6]);
    const mean = (seeds: readonly number[], more: object) =>
      seeds.reduce((sum, seed) => sum + measured(simulate({ ...claimed([], { workload: { ...LOAD, ...more } }), seed }), "ttft"), 0);
    const ratio = (...seeds: number[]) => mean(seeds, { sequences: 8 }) / mean(seeds, {});
    const measure = new PairedMeasure(question, base!, runs);
    const other = { "workload.outputTokens": 2 };
    const longer = { "workload.sequences": 8 };
    const [same, found] = await measure.precise([question.parameters, longer]);
    expect(same).toBeCloseTo(base!.found!, 12);
    expect(found! / base!.found!).toBeCloseTo(ratio(7, 8), 9);
    expect([measure.points, measure.runs]).toEqual([1, 2]);
    await measure.at([longer, other]);
    expect([measure.points, measure.runs]).toEqual([2, 3]); // each point once; one seed shows that the other is far from 1 s
  });

  test("take one seed where that leaves no doubt on which side they are, and two where it does", async () => {
    const scenario = claimed([]);
    const runs = new Runs(scenario, inProcessRunner(), {});
    const longer = { "workload.sequences": 8 };
    const at = (seeds: readonly number[]) =>
      seeds.map((seed) => measured(simulate({ ...claimed([], { workload: { ...LOAD, sequences: 8 } }), seed }), "ttft"));
    const [first, second] = at([7, 8]) as [number, number];
    expect(first).not.toBe(second);
    const asked = async (bound: number) => {
      const claim = claimOf({ id: "c", text: "x", claimed: written(bound, "ttft"), comparison: "<=", metric: "ttft" }, scenario);
      const question = { claim, part: claim.parts[0]!, parameters: {} };
      const [base] = await answers([question], runs, [6]);
      const measure = new PairedMeasure(question, base!, runs);
      const [number] = await measure.at([longer]);
      return { number: number!, runs: measure.runs };
    };
    const far = await asked(10 * first);
    const near = await asked(1.01 * far.number);
    expect([far.runs, near.runs]).toEqual([1, 2]);
    expect(near.number).not.toBe(far.number);
  });

  const LOAD = { kind: "batch", sequences: 4, promptTokens: { kind: "uniform", from: 8, to: 64 }, outputTokens: 3 };

  test("lie where the structure changes: at divisors of what a number cuts up, at powers of two, and at the ends of its range", () => {
    const more = {
      ...CERTAIN,
      workload: { ...CERTAIN.workload, sequences: 12 },
      assumed: [{ path: "serving.scheduler.microBatches", from: 1, to: 11 }],
    };
    const scenario = claimed([], more);
    const [range] = assumedRanges(scenario, new Runs(scenario, inProcessRunner(), {}));
    expect(range!.tried).toEqual([1, 2, 3, 4, 6, 8, 11]); // 12 = 3 · 4
    expect(cutsOf("cluster.gpusPerNode", tiny, 1, 72)).toEqual([1, 2, 4, 8, 16, 32, 64]);
    expect(cutsOf("workload.outputTokens", tiny, 2, 512)).toEqual([]); // cuts nothing up
    expect(cutsOf("workload.sequences", claimed([], { parallelism: { pipeline: 2 } }), 1, 4000)).toEqual(
      Array.from({ length: 12 }, (_, power) => 2 ** power),
    );
  });
});
