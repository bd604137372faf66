import { fc, test as property } from "@fast-check/vitest";
import { metricValue, type Report } from "@tokenyard/report";
import { anyQuantity, formatQuantity, metricOf, parseScenario, resolvedOf, type Scenario } from "@tokenyard/scenario";
import { simulate } from "@tokenyard/simulator";
import { describe, expect, test } from "vitest";
import { estimateOf } from "../estimate.ts";
import { CERTAIN, claimed, type WrittenClaim } from "../fixtures/claimed.ts";
import { tiny } from "../fixtures/tiny.ts";
import { runPoint } from "../in-process-runner.ts";
import { optimum } from "../optimize/optimize.ts";
import { orderedRunner } from "../ordered-runner.ts";
import { type AuditOptions, audit } from "./audit.ts";
import type { AuditedClaim } from "./audited-claim.ts";
import { Stopped } from "./runs.ts";

const ALONE: AuditOptions = { ranges: false, remedies: false };

async function verdictOn(scenario: Scenario, options: AuditOptions = ALONE): Promise<AuditedClaim> {
  return (await audit(scenario, options)).claims[0]!;
}

function measured(report: Report, metric: string): number {
  return metricValue(report, metricOf(metric)!)!;
}

/** `value` as a file would claim it of `metric`, in all its digits. */
function written(value: number, metric: string): number | string {
  const { unit } = metricOf(metric)!;
  return unit === "" ? value : formatQuantity(value, unit);
}

const METRICS = ["ttft", "tpot.mean", "e2e.p50", "throughputPerGpu", "decodeThroughputPerGpu", "horizonSeconds", "tokens.output"];
const metrics = fc.constantFrom(...METRICS);
const tolerances = fc.double({ min: 0, max: 0.5, noNaN: true });
const loads = fc.record({
  kind: fc.constant("batch"),
  sequences: fc.integer({ min: 1, max: 6 }),
  promptTokens: fc.integer({ min: 1, max: 40 }),
  outputTokens: fc.integer({ min: 2, max: 4 }),
});

describe("a claim about a run", () => {
  property.prop([metrics, tolerances, loads, fc.constantFrom("=", "<=", ">=")], { numRuns: 40 })(
    "holds when it is set to what the simulation gives",
    async (metric, tolerance, workload, comparison) => {
      const more = { ...CERTAIN, workload };
      const value = measured(simulate(claimed([], more)), metric);
      const bound = comparison === "=" ? { tolerance: `${tolerance * 100} %` } : { comparison };
      const { verdict, kind, found } = await verdictOn(claimed([{ claimed: written(value, metric), metric, ...bound }], more));
      expect([verdict, kind]).toEqual(["holds", "dynamic"]);
      expect(found).toBeCloseTo(value, 12);
    },
  );

  property.prop([metrics, tolerances, loads, fc.double({ min: 0.01, max: 5, noNaN: true }), fc.boolean()], { numRuns: 40 })(
    "fails when it is off by more than its tolerance, with the factor by which it is",
    async (metric, tolerance, workload, more, isOver) => {
      const value = measured(simulate(claimed([], { ...CERTAIN, workload })), metric);
      const scale = isOver ? (1 + more) / (1 - tolerance) : 1 / (1 + tolerance) / (1 + more); // tolerance is of the claimed value
      const claim = { claimed: written(value * scale, metric), metric, tolerance: `${tolerance * 100} %` };
      const { verdict, factor } = await verdictOn(claimed([claim], { ...CERTAIN, workload }));
      expect(verdict).toBe("fails");
      expect(factor).toBeCloseTo(scale > 1 ? scale : 1 / scale, 9);
    },
  );

  test("is decided by the runs of seeds in a row, and tells their mean and 95 % interval", async () => {
    const estimate = estimateOf([7, 8, 9].map((seed) => measured(simulate({ ...tiny, seed }), "ttft")))!;
    const { verdict, found, interval, checks } = await verdictOn(claimed([{ claimed: "1 s", comparison: "<=", metric: "ttft" }]));
    expect({ verdict, found, interval }).toEqual({ verdict: "holds", found: estimate.mean, interval: estimate.interval });
    expect(checks[0]!.replications).toBe(3);
  });

  test("tells the interval on which it was decided, which is the wider one of several looks", async () => {
    const { interval, deciding } = await verdictOn(claimed([{ claimed: "1 s", comparison: "<=", metric: "ttft" }]));
    const seen = [7, 8, 9].map((seed) => measured(simulate({ ...tiny, seed }), "ttft"));
    const half = (8.8602 * estimateOf(seen)!.standardDeviation!) / Math.sqrt(3); // t(2, 1 − 0.0125/2), at one of four looks
    expect(deciding!.confidence).toBe(0.9875);
    expect((deciding!.high - deciding!.low) / 2 / half).toBeCloseTo(1, 4);
    expect(deciding!.low).toBeLessThan(interval!.low);
    expect(deciding!.high).toBeGreaterThan(interval!.high);
  });

  test("takes more runs while its interval lies on both sides, and is undecided when there are no more", async () => {
    const means = [3, 6, 12].map((count) => {
      const seeds = Array.from({ length: count }, (_, r) => 7 + r);
      return estimateOf(seeds.map((seed) => measured(simulate({ ...tiny, seed }), "ttft")))!;
    });
    const { low, high } = means[0]!.interval!;
    const [claimedMean] = means.slice(-1).map(({ mean }) => written(mean, "ttft"));
    expect(high - low).toBeGreaterThan(0);
    const scenario = claimed([{ claimed: claimedMean!, comparison: "<=", metric: "ttft" }]);
    const { verdict, checks, because } = await verdictOn(scenario, { ...ALONE, maxReplications: 12 });
    expect([verdict, checks[0]!.replications]).toEqual(["undecided", 12]);
    expect(because).toMatch(/its 98\.33 % interval of .* to .* after 12 runs does not tell it from the .* allowed\.$/);
  });

  test("is undecided, not wrong, when no such plan can run or the run has no such value", async () => {
    const claims = [
      { claimed: "1 s", comparison: "<=", metric: "ttft", given: { "parallelism.tensor": 3 } },
      { claimed: "1 s", comparison: "<=", metric: "tpot", given: { "workload.outputTokens": 1 } },
    ];
    const { claims: told } = await audit(claimed(claims), ALONE);
    expect(told.map(({ verdict, found }) => [verdict, found])).toEqual([
      ["undecided", null],
      ["undecided", null],
    ]);
    expect(told[0]!.because).toMatch(/^No such plan can run: parallelism\.tensor: 3 given/);
    expect(told[1]!.because).toBe("A run has no such value.");
  });

  test("over several values holds only where it holds at each, and tells what was found at each", async () => {
    const over = { "workload.sequences": "1..8*2" };
    const metric = "throughputPerGpu";
    const values = [1, 2, 4, 8].map((sequences) =>
      measured(simulate(claimed([], { ...CERTAIN, workload: { ...CERTAIN.workload, sequences } })), metric),
    );
    const [least, most] = [Math.min(...values), Math.max(...values)];
    const claims = [least, (least + most) / 2, most * 1.01].map((value) => ({
      claimed: written(value, metric),
      comparison: ">=",
      metric,
      over,
    }));
    const { claims: told } = await audit(claimed(claims, CERTAIN), ALONE);
    expect(told.map(({ verdict }) => verdict)).toEqual(["holds", "fails", "fails"]);
    for (const [i, { found }] of told[1]!.over!.points.entries()) expect(found).toBeCloseTo(values[i]!, 9);
    expect(told[1]!.over!.points.map(({ verdict }) => verdict)).toEqual(
      values.map((value) => (value >= (least + most) / 2 ? "holds" : "fails")),
    );
    expect(told[1]!.found).toBeCloseTo(least, 9); // the one that misses most
  });
});

describe("what decides", () => {
  test("is the compiled plan where the plan's own sum says otherwise, and both are told", async () => {
    const { parameters } = simulate(tiny).plan;
    const claim = {
      claimed: "20 GB",
      from: "declared * bytes",
      inputs: { declared: 10e9, bytes: "2 B" },
      metric: "plan.parameters * bytes",
    };
    const { verdict, kind, found, checks, because } = await verdictOn(claimed([claim]));
    expect([verdict, kind, found]).toEqual(["fails", "static", 2 * parameters]);
    expect(checks.map((check) => [check.kind, check.verdict, check.found])).toEqual([
      ["static", "fails", 2 * parameters],
      ["arithmetic", "holds", 20e9],
    ]);
    expect(because).toContain("; its own sum (declared * bytes) is right, what goes into it is not.");
  });

  test("is the plan's own sum where there is nothing else: 240 TFLOPS over 0.5 GFLOP a token are 480 tokens/ms", async () => {
    const inputs = { compute: "240 TFLOPS", perToken: "0.5 GFLOPS" };
    const claim = { claimed: "480000 tokens/ms", from: "compute / perToken * 1 tokens/s", inputs };
    const { verdict, kind, found, factor, because } = await verdictOn(claimed([claim]));
    expect([verdict, kind, found, factor]).toEqual(["fails", "arithmetic", 480, 1000]);
    expect(because).toBe(
      "The plan's own sum (compute / perToken * 1 tokens/s) gives 480 tokens/ms, 1,000 times less than the 480,000 tokens/ms claimed: a slip of 10^3, as between a unit and its prefix.",
    );
  });

  test("is another claim where the two cannot both hold, and both are named", async () => {
    const claims = [
      { id: "gpus-per-expert", claimed: 2, from: "1 + 1" },
      { id: "one-expert-per-gpu", claimed: 1, from: "1 / gpus-per-expert" },
    ];
    const { claims: told } = await audit(claimed(claims), ALONE);
    expect(told.map(({ verdict, contradicts }) => [verdict, contradicts])).toEqual([
      ["inconsistent", ["one-expert-per-gpu"]],
      ["inconsistent", ["gpus-per-expert"]],
    ]);
    expect(told[1]!.because).toBe(
      "It cannot hold beside gpus-per-expert, which makes it 0.5 (1 / gpus-per-expert), 2.00 times less than the 1 claimed.",
    );
    expect(told[0]!.because).toContain("one-expert-per-gpu");
  });

  test("is a run where two claims of one number deny each other", async () => {
    const claims = [
      { claimed: "1 s", comparison: ">=", metric: "ttft" },
      { claimed: "1 ms", tolerance: "99 %", metric: "ttft" },
      { claimed: "2 s", comparison: "<=", metric: "ttft" },
    ];
    const { claims: told } = await audit(claimed(claims, CERTAIN), ALONE);
    expect(told.map(({ verdict, contradicts }) => [verdict, contradicts])).toEqual([
      ["fails", ["c1"]],
      ["holds", ["c0"]],
      ["holds", undefined],
    ]);
  });
});

describe("a slip of units", () => {
  const { max } = simulate(tiny).plan.weightBytesPerRank;
  const { ranks } = simulate(tiny).plan;
  const slips: [number, string][] = [
    ...[1, 2, 3].map((n): [number, string] => [1000 ** n, `a slip of 10^${3 * n}`]),
    [8, "as between bits and bytes"],
    [1.024, "as between kB and KiB"],
    [1.073741824, "as between GB and GiB"],
    [ranks, `as between one GPU and all ${ranks} of the cluster`],
  ];

  test.each(slips.flatMap(([factor, words]) => [[factor, words] as const, [1 / factor, words] as const]))(
    "of %d planted in a claim is recognised",
    async (factor, words) => {
      const { verdict, because } = await verdictOn(
        claimed([{ claimed: formatQuantity(max * factor, "B"), tolerance: "0.1 %", metric: "plan.weightBytesPerRank.max" }]),
      );
      expect(verdict).toBe("fails");
      expect(because).toContain(words);
    },
  );
});

describe("several claims", () => {
  const CLAIMS: WrittenClaim[] = [
    { id: "a", claimed: "1 ms", metric: "ttft", tolerance: "50 %" },
    { id: "b", claimed: "10 ms", comparison: "<=", metric: { first: "ttft", next: "tpot" } },
    { id: "c", claimed: 2, from: "a / 1 ms" },
    { id: "d", claimed: "100 tokens/ms", comparison: ">=", metric: "throughputPerGpu" },
    { id: "e", claimed: 4, metric: "gpus" },
    { id: "f", claimed: "30 ms", comparison: ">=", metric: "ttft" },
    { id: "g", claimed: "20 %", comparison: "<=", metric: "experts.decode.loadVariance.mean" },
  ];
  const verdicts = async (claims: readonly WrittenClaim[]) => {
    const { claims: told } = await audit(claimed(claims), { ...ALONE, maxReplications: 12 });
    return new Map(told.map((claim) => [claim.id, claim]));
  };

  property.prop([fc.shuffledSubarray(CLAIMS, { minLength: CLAIMS.length })], { numRuns: 6 })(
    "have the same verdicts in any order",
    async (claims) => {
      const [told, expected] = [await verdicts(claims), await verdicts(CLAIMS)];
      for (const [id, claim] of expected) expect(told.get(id)).toEqual(claim);
    },
  );

  test("have the same audit whatever runs them", async () => {
    const scenario = claimed(CLAIMS, { assumed: [{ path: "cluster.gpu.launch", from: "0 s", to: "1 ms" }] });
    const runner = orderedRunner((point) => runPoint(point), 7);
    const options = { maxReplications: 6 };
    expect(await audit(scenario, { ...options, runner })).toEqual(await audit(scenario, options));
  });

  test("end with Stopped once the signal is given", async () => {
    const listeners: (() => void)[] = [];
    const signal = {
      aborted: false,
      addEventListener: (_type: "abort", listener: () => void) => void listeners.push(listener),
      removeEventListener: () => {},
    };
    const onProgress = () => {
      signal.aborted = true;
      for (const listener of listeners) listener();
    };
    await expect(audit(claimed(CLAIMS), { signal, onProgress })).rejects.toThrow(Stopped);
  });

  test("listen once to the signal, however many runs are under way", async () => {
    let listeners = 0;
    const signal = { aborted: false, addEventListener: () => void listeners++, removeEventListener: () => {} };
    await audit(claimed(CLAIMS), { maxReplications: 3, signal });
    expect(listeners).toBe(1);
  });
});

describe("an assumption with a range", () => {
  const launchAt = (launch: string) =>
    claimed([], { ...CERTAIN, cluster: { ...(resolvedOf(tiny) as { cluster: object }).cluster, gpu: { ...tinyGpu, launch } } });
  const tinyGpu = (resolvedOf(tiny) as { cluster: { gpu: object } }).cluster.gpu;
  const seconds = (launch: string) => measured(simulate(launchAt(launch)), "ttft");
  const assumed = [{ path: "cluster.gpu.launch", from: "0 s", to: "100 us" }];
  const slope = (seconds("100 us") - seconds("0 s")) / 100e-6; // kernels on the way to the first token

  property.prop([fc.double({ min: 0.05, max: 0.95, noNaN: true })], { numRuns: 20 })(
    "turns a verdict where runs on both sides say that it turns, and where a straight line says so",
    async (share) => {
      const value = seconds("0 s") + share * slope * 100e-6;
      const claim = { claimed: written(value, "ttft"), comparison: "<=", metric: "ttft" };
      const { verdict, turningPoint, because } = await verdictOn(claimed([claim], { ...CERTAIN, assumed }), { remedies: false });
      const { value: turned, keeps, verdict: other, path } = turningPoint!;
      expect([verdict, other, path]).toEqual(["depends", "fails", "cluster.gpu.launch"]);
      expect(seconds(formatQuantity(turned, "s"))).toBeGreaterThan(value);
      expect(seconds(formatQuantity(keeps!, "s"))).toBeLessThanOrEqual(value * (1 + 1e-9));
      expect(Math.abs(turned - share * 100e-6)).toBeLessThanOrEqual(0.02 * 100e-6); // the halving stops there
      expect(because).toMatch(/, but it fails with cluster\.gpu\.launch of .*us or more, which is inside its assumed range\.$/);
    },
  );

  test("turns the verdict on a value that it passes through on its way", async () => {
    const value = seconds("0 s") + 0.5 * slope * 100e-6;
    const claim = { claimed: written(value, "ttft"), tolerance: "5 %", metric: "ttft" };
    const { verdict, turningPoint, checks } = await verdictOn(claimed([claim], { ...CERTAIN, assumed }), { remedies: false });
    expect([verdict, checks[0]!.verdict, turningPoint!.verdict]).toEqual(["depends", "fails", "holds"]);
    const found = seconds(formatQuantity(turningPoint!.value, "s"));
    expect(Math.abs(found / value - 1)).toBeLessThanOrEqual(0.05);
  });

  test("that turns a verdict nearest to what is assumed is told first", async () => {
    const bound = 1.5 * seconds("0 s");
    const claim = { claimed: written(bound, "ttft"), comparison: "<=", metric: "ttft" };
    const ranges = [
      { path: "workload.promptTokens", from: 24, to: 2400 },
      { path: "workload.sequences", from: 4, to: 40 },
    ];
    const { turningPoints } = await verdictOn(claimed([claim], { ...CERTAIN, assumed: ranges }), { remedies: false });
    const ratios = turningPoints!.map(({ path, value }) => value / (path === "workload.sequences" ? 4 : 24));
    expect(ratios).toHaveLength(2);
    expect(ratios).toEqual([...ratios].sort((a, b) => a - b));
  });

  test("changes no verdict that holds at every value tried", async () => {
    const claim = { claimed: written(2 * seconds("100 us"), "ttft"), comparison: "<=", metric: "ttft" };
    const { claims, assumptions } = await audit(claimed([claim], { ...CERTAIN, assumed }), { remedies: false });
    expect([claims[0]!.verdict, claims[0]!.turningPoint]).toEqual(["holds", undefined]);
    expect(assumptions).toEqual([
      { path: "cluster.gpu.launch", unit: "s", from: 0, to: 100e-6, assumed: 0, tried: [0, 100e-6], turns: [], turnsWithOthers: [] },
    ]);
  });

  test("may be of a value that the scenario leaves out", async () => {
    const claim = { claimed: simulate(tiny).plan.parameters, metric: "plan.parameters" };
    const range = [{ path: "model.vocabulary", from: 1000, to: 4000 }];
    const { verdict, turningPoint } = await verdictOn(claimed([claim], { ...CERTAIN, assumed: range }), { remedies: false });
    expect(verdict).toBe("depends");
    expect(turningPoint).toMatchObject({ path: "model.vocabulary", value: 1000, keeps: null, verdict: "fails" });
  });
});

describe("what would make a failed bound hold", () => {
  const sequences = (count: number) => simulate(claimed([], { ...CERTAIN, workload: { ...CERTAIN.workload, sequences: count } }));

  test("is the smallest change on the grid and below it, confirmed by runs", async () => {
    const wanted = measured(sequences(50), "throughputPerGpu"); // of the now 4
    expect(wanted).toBeGreaterThan(measured(sequences(16), "throughputPerGpu"));
    const claim = { claimed: written(wanted, "throughputPerGpu"), comparison: ">=", metric: "throughputPerGpu" };
    const { verdict, remedies, fewerGpus } = await verdictOn(claimed([claim], CERTAIN), { ranges: false });
    expect(verdict).toBe("fails");
    const batch = remedies!.find(({ change }) => change === "batch size")!;
    const to = Number(batch.to);
    expect(batch.found).toBeGreaterThan(wanted * (1 - 1e-9));
    expect(batch.found).toBeCloseTo(measured(sequences(to), "throughputPerGpu"), 9);
    expect(batch.factor).toBe(to / 4);
    expect(to).toBeGreaterThan(16); // 16 was tried and does not do
    expect(to).toBeLessThanOrEqual(64);
    const below = Math.max(...batch.tried.map(Number).filter((tried) => tried < to));
    expect(measured(sequences(below), "throughputPerGpu")).toBeLessThan(wanted);
    expect(to - below).toBeLessThanOrEqual((64 - 16) / 8); // the halving stops there
    expect(fewerGpus!.single!.gpus).toBe(1);
    const one = parseScenario({ ...resolvedOf(claimed([], CERTAIN)), parallelism: {} });
    expect(fewerGpus!.single!.found).toBeCloseTo(measured(simulate(one), "throughputPerGpu"), 9);
    expect(fewerGpus!.best!.found).toBeGreaterThanOrEqual(fewerGpus!.single!.found);
  });

  test("is told to be none of the values tried when none does", async () => {
    const claim = { claimed: "1e9 tokens/ms", comparison: ">=", metric: "throughputPerGpu" };
    const { remedies } = await verdictOn(claimed([claim], CERTAIN), { ranges: false });
    for (const { to, found, tried, change } of remedies!) {
      expect([to, found]).toEqual([null, null]);
      if (change !== "launch overhead") expect(tried.length).toBeGreaterThan(0); // it is 0 already
    }
  });

  test("may be a lower launch overhead", async () => {
    const gpu = { ...(resolvedOf(tiny) as { cluster: { gpu: object } }).cluster.gpu, launch: "1 ms" };
    const more = { ...CERTAIN, cluster: { ...(resolvedOf(tiny) as { cluster: object }).cluster, gpu } };
    const now = measured(simulate(claimed([], more)), "ttft");
    const claim = { claimed: written(now / 1.5, "ttft"), comparison: "<=", metric: "ttft" };
    const { remedies } = await verdictOn(claimed([claim], more), { ranges: false });
    const { to, found } = remedies!.find(({ change }) => change === "launch overhead")!;
    const { value } = anyQuantity(to!)!;
    expect(value).toBeGreaterThan(0.5e-3); // 1 / 1.5 of it, as launches are nearly all of the time
    expect(value).toBeLessThan(1e-3);
    expect(found).toBeLessThan((now / 1.5) * (1 + 1e-9));
  });
});

describe("fewer GPUs", () => {
  const TIGHT = { ...(resolvedOf(tiny) as { cluster: { gpu: object } }).cluster };
  const memory = `${Math.round(simulate(tiny).plan.weightBytesPerRank.max * 1.5)} B`; // too little for all on one GPU
  const FOUR = { ...CERTAIN, cluster: { ...TIGHT, gpu: { ...TIGHT.gpu, memory } }, parallelism: { expert: 4 } };
  const claim = (value: string) => ({ claimed: value, comparison: ">=", metric: "decodeThroughputPerGpu" });

  test("are told by the plan that a search over all of them finds best", async () => {
    const { fewerGpus } = await verdictOn(claimed([claim("1e9 tokens/ms")], FOUR), { ranges: false });
    const { best } = await optimum(claimed([], FOUR), {
      objectives: [{ text: "decodeThroughputPerGpu", better: "more" }],
      targets: false,
      maxGpus: 3,
      vary: { "parallelism.data": [1], "serving.scheduler.microBatches": [1] },
      prune: false,
    });
    expect(best!.report.gpus).toBe(2);
    expect(fewerGpus!.single).toBeNull();
    expect(fewerGpus!.best!.gpus).toBe(best!.report.gpus);
    expect(fewerGpus!.best!.found).toBeCloseTo(measured(best!.report, "decodeThroughputPerGpu"), 12);
    expect(fewerGpus!.proven).toBe(true);
  });

  test("and remedies are asked of the claim that asks most of a number, and under each reading", async () => {
    const readings = { once: { "parallelism.data": 1 }, twice: { "parallelism.data": 2 } };
    const claims = [claim("1e8 tokens/ms"), claim("1e9 tokens/ms")];
    const { claims: told } = await audit(claimed(claims, { ...CERTAIN, deployment: { readings } }), { ranges: false });
    expect(told.map(({ id, helpAt, remedies }) => [id, helpAt, remedies !== undefined])).toEqual([
      ["c0/once", "c1/once", false],
      ["c0/twice", "c1/twice", false],
      ["c1/once", undefined, true],
      ["c1/twice", undefined, true],
    ]);
    expect(told.map(({ fewerGpus }) => fewerGpus?.single?.gpus)).toEqual([undefined, undefined, 1, 1]);
  });
});

describe("several assumptions together", () => {
  const cluster = (launch: string, latency: string) => {
    const { cluster: own } = resolvedOf(tiny) as { cluster: { gpu: object; network: { node: object } } };
    const network = { ...own.network, node: { ...own.network.node, latency } };
    return { ...CERTAIN, cluster: { ...own, gpu: { ...own.gpu, launch }, network } };
  };
  const seconds = (launch: string, latency: string) => measured(simulate(claimed([], cluster(launch, latency))), "ttft");
  const [launch, latency] = ["20 us", "30 us"];
  const now = seconds("0 s", "1 us");
  const alone = Math.max(seconds(launch, "1 us"), seconds("0 s", latency));
  const together = seconds(launch, latency);
  const assumed = [
    { path: "cluster.gpu.launch", from: "0 s", to: launch },
    { path: "cluster.gpu.memoryShare", from: "50 %", to: "95 %" },
    { path: "cluster.network.node.latency", from: "1 us", to: latency },
  ];
  const askedFor = (bound: number) =>
    verdictOn(claimed([{ claimed: written(bound, "ttft"), comparison: "<=", metric: "ttft" }], { ...cluster("0 s", "1 us"), assumed }), {
      remedies: false,
    });

  property.prop([fc.double({ min: 0.02, max: 0.98, noNaN: true })], { numRuns: 15 })(
    "turn a verdict that neither turns alone, and those that matter are named with their values",
    async (share) => {
      expect(alone).toBeGreaterThan(now);
      const { verdict, turningPoint, jointTurn: joint, because } = await askedFor(alone + share * (together - alone));
      expect([verdict, turningPoint]).toEqual(["depends", undefined]);
      expect(joint!.changes.map(({ path, value }) => [path, value])).toEqual([
        ["cluster.gpu.launch", 20e-6],
        ["cluster.network.node.latency", 30e-6],
      ]);
      expect(joint!.found).toBeCloseTo(together, 12);
      expect(because).toMatch(
        /, but it fails when these come together, each inside its assumed range: cluster\.gpu\.launch 20 us, cluster\.network\.node\.latency 30 us\.$/,
      );
    },
  );

  test("turn a verdict on one value that they pass on their way", async () => {
    const value = (alone + together) / 2;
    const claim = { claimed: written(value, "ttft"), tolerance: "3 %", metric: "ttft" };
    const { verdict, jointTurn: joint } = await verdictOn(claimed([claim], { ...cluster("0 s", "1 us"), assumed }), { remedies: false });
    expect([verdict, joint!.verdict, joint!.changes.length]).toEqual(["depends", "holds", 2]);
    const [first, second] = joint!.changes.map((change) => formatQuantity(change.value, "s"));
    expect(Math.abs(seconds(first!, second!) / value - 1)).toBeLessThanOrEqual(0.03);
    expect(together).toBeGreaterThan(1.03 * value); // with all of them it is passed
    expect(joint!.changes[0]!.value).toBeLessThan(20e-6);
  });

  test("turn nothing that holds with all of them", async () => {
    const { verdict, jointTurn: joint } = await askedFor(together * 1.01);
    expect([verdict, joint]).toEqual(["holds", undefined]);
  });

  test("are told of the assumptions", async () => {
    const claim = { claimed: written((alone + together) / 2, "ttft"), comparison: "<=", metric: "ttft" };
    const { assumptions } = await audit(claimed([claim], { ...cluster("0 s", "1 us"), assumed }), { remedies: false });
    expect(assumptions.map(({ turns, turnsWithOthers }) => [turns, turnsWithOthers])).toEqual([
      [[], ["c0"]],
      [[], []],
      [[], ["c0"]],
    ]);
  });
});

describe("readings of a plan", () => {
  const readings = { once: { "parallelism.data": 1 }, twice: { "parallelism.data": 2 } };

  test("each have what its configuration says in words", async () => {
    const deployment = { memory_config: { model_sharding: "enabled" }, readings: { whole: { "parallelism.expert": 1 }, cut: {} } };
    const { claims } = await audit(claimed([], { ...CERTAIN, deployment }), ALONE);
    expect(claims.map(({ id, verdict, because }) => [id, verdict, because])).toEqual([
      ["deployment.model_sharding/whole", "fails", "One copy of the model lies on 1 GPU."],
      ["deployment.model_sharding/cut", "holds", "One copy of the model lies on 2 GPUs."],
    ]);
  });

  test("each have their verdict; what they agree on is told once", async () => {
    const claims = [
      { claimed: 2, metric: "gpus" },
      { claimed: 2, metric: "model.layers" },
      { claimed: "1 s", comparison: "<=", metric: "ttft" },
    ];
    const { claims: told, readings: names } = await audit(claimed(claims, { ...CERTAIN, deployment: { readings } }), ALONE);
    expect(names).toEqual(["once", "twice"]);
    expect(told.map(({ id, verdict, reading }) => [id, verdict, reading])).toEqual([
      ["c0/once", "holds", "once"],
      ["c0/twice", "fails", "twice"],
      ["c1", "holds", null],
      ["c2/once", "holds", "once"],
      ["c2/twice", "holds", "twice"],
    ]);
  });
});

test("the plan's own configuration is held against the compiled plan, and words that decide nothing are undecided", async () => {
  const deployment = {
    gpu_groups: { tensor_parallel_groups: 2, pipeline_stages: 8, expert_parallel_groups: 1 },
    memory_config: { model_sharding: "enabled", activation_checkpointing: "enabled", kv_cache_dynamic: "enabled" },
    performance_config: { expert_capacity_factor: 1.2, batching_strategy: "static", kernel_optimization: "enabled" },
  };
  const { claims } = await audit(claimed([], { ...CERTAIN, deployment }), ALONE);
  expect(claims.map(({ id, verdict }) => [id, verdict])).toEqual([
    ["deployment.tensor_parallel_groups", "holds"], // 2 ranks, each a tensor group of its own
    ["deployment.pipeline_stages", "fails"],
    ["deployment.expert_parallel_groups", "holds"],
    ["deployment.expert_capacity_factor", "undecided"], // the scenario has none
    ["deployment.model_sharding", "holds"],
    ["deployment.activation_checkpointing", "undecided"],
    ["deployment.kv_cache_dynamic", "undecided"],
    ["deployment.batching_strategy", "holds"],
    ["deployment.kernel_optimization", "undecided"],
  ]);
});

test("words that the simulation can follow are judged by whether it does", async () => {
  const deployment = {
    memory_config: { activation_checkpointing: "enabled", kv_cache_dynamic: "disabled" },
    performance_config: { batching_strategy: "continuous" },
  };
  const serving = { scheduler: { kind: "continuous" }, recompute: { kind: "all" } };
  const { claims } = await audit(claimed([], { ...CERTAIN, serving, deployment }), ALONE);
  expect(claims.map(({ id, verdict }) => [id, verdict])).toEqual([
    ["deployment.activation_checkpointing", "holds"],
    ["deployment.kv_cache_dynamic", "fails"], // blocks are taken as sequences grow
    ["deployment.batching_strategy", "holds"],
  ]);
});
