import { fc, test as property } from "@fast-check/vitest";
import { formatQuantity, type Problems } from "@tokenyard/scenario";
import { simulate } from "@tokenyard/simulator";
import { describe, expect, test } from "vitest";
import { ALONE, measured, verdictOn, written } from "../fixtures/audited.ts";
import { CERTAIN, claimed, type WrittenClaim } from "../fixtures/claimed.ts";
import { tiny } from "../fixtures/tiny.ts";
import { runPoint } from "../runners/in-process-runner.ts";
import { orderedRunner } from "../runners/ordered-runner.ts";
import { estimateOf } from "../statistics/estimate.ts";
import { type AuditProgress, audit } from "./audit.ts";
import { Stopped } from "./questions/runs.ts";
import type { AuditedClaim } from "./verdicts/audited-claim.ts";

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
  property.prop([metrics, tolerances, loads, fc.constantFrom("=", "<=", ">=")], { numRuns: drawnCases(40) })(
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

  property.prop([metrics, tolerances, loads, fc.double({ min: 0.01, max: 5, noNaN: true }), fc.boolean()], { numRuns: drawnCases(40) })(
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

  test("of throughput is undecided where requests come at a rate of their own, and all that come are served", async () => {
    const load = { serving: { scheduler: "continuous" }, routing: { gate: "balanced" } };
    const open = (rate: string) => ({
      ...load,
      workload: { kind: "open", rate, requests: 200, arrivals: "constant", promptTokens: 24, outputTokens: 3 },
    });
    const closed = { ...load, workload: { kind: "closed", concurrency: 2, requests: 200, promptTokens: 24, outputTokens: 3 } };
    const served = simulate(claimed([], open("20 requests/s"))).throughput.tokensPerMsPerGpu!;
    const most = simulate(claimed([], open("10000000 requests/s"))).throughput.tokensPerMsPerGpu!;
    const claim = { claimed: `${2 * served} tokens/ms`, comparison: ">=", metric: "throughputPerGpu" };
    expect(most).toBeGreaterThan(2 * served);
    const only = await verdictOn(claimed([claim], open("20 requests/s")));
    expect(only).toMatchObject({ verdict: "undecided", because: expect.stringContaining("was offered, and served") });
    expect(only.checks[0]!.replications).toBe(3); // more runs would not decide it
    const beyond = { ...claim, claimed: `${2 * most} tokens/ms` };
    expect(await verdictOn(claimed([beyond], open("10000000 requests/s")))).toMatchObject({ verdict: "fails" }); // it is behind
    expect(await verdictOn(claimed([beyond], closed))).toMatchObject({ verdict: "fails" }); // users wait for answers
  });

  test("is decided by the runs of seeds in a row, and gives their mean and 95 % interval", async () => {
    const estimate = estimateOf([7, 8, 9].map((seed) => measured(simulate({ ...tiny, seed }), "ttft")))!;
    const { verdict, found, interval, checks } = await verdictOn(claimed([{ claimed: "1 s", comparison: "<=", metric: "ttft" }]));
    expect({ verdict, found, interval }).toEqual({ verdict: "holds", found: estimate.mean, interval: estimate.interval });
    expect(checks[0]!.replications).toBe(3);
  });

  test("gives the interval on which it was decided, which is the wider one of several looks", async () => {
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
    expect(because).toMatch(/its 98\.33 % interval of .* to .* after 12 runs does not distinguish it from the .* allowed\.$/);
  });

  test("is undecided, not wrong, when no such plan can run or the run has no such value", async () => {
    const claims = [
      { claimed: "1 s", comparison: "<=", metric: "ttft", given: { "parallelism.tensor": 3 } },
      { claimed: "1 s", comparison: "<=", metric: "tpot", given: { "workload.outputTokens": 1 } },
    ];
    const { claims: audited } = await audit(claimed(claims), ALONE);
    expect(audited.map(({ verdict, found }) => [verdict, found])).toEqual([
      ["undecided", null],
      ["undecided", null],
    ]);
    expect(audited[0]!.because).toMatch(/^No such plan can run: parallelism\.tensor: 3 given/);
    expect(audited[1]!.because).toBe("A run has no such value.");
  });

  test("over several values holds only where it holds at each, and lists what was found at each", async () => {
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
    const { claims: audited } = await audit(claimed(claims, CERTAIN), ALONE);
    expect(audited.map(({ verdict }) => verdict)).toEqual(["holds", "fails", "fails"]);
    for (const [i, { found }] of audited[1]!.over!.points.entries()) expect(found).toBeCloseTo(values[i]!, 9);
    expect(audited[1]!.over!.points.map(({ verdict }) => verdict)).toEqual(
      values.map((value) => (value >= (least + most) / 2 ? "holds" : "fails")),
    );
    expect(audited[1]!.found).toBeCloseTo(least, 9); // the one that misses most
  });
});

describe("what decides", () => {
  test("is the compiled plan where the plan's own sum says otherwise, and both are printed", async () => {
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
      "The plan's own sum (compute / perToken * 1 tokens/s) gives 480 tokens/ms, 1,000 times less than the 480,000 tokens/ms claimed: a slip of 10^3, as between a unit and its prefix; no assumption enters it.",
    );
  });

  test("is another claim where the two cannot both hold, and both are named", async () => {
    const claims = [
      { id: "gpus-per-expert", claimed: 2, from: "1 + 1" },
      { id: "one-expert-per-gpu", claimed: 1, from: "1 / gpus-per-expert" },
    ];
    const { claims: audited } = await audit(claimed(claims), ALONE);
    expect(audited.map(({ verdict, contradicts }) => [verdict, contradicts])).toEqual([
      ["inconsistent", ["one-expert-per-gpu"]],
      ["inconsistent", ["gpus-per-expert"]],
    ]);
    expect(audited[1]!.because).toBe(
      "It cannot hold beside gpus-per-expert, which makes it 0.5 (1 / gpus-per-expert), 2.00 times less than the 1 claimed.",
    );
    expect(audited[0]!.because).toContain("one-expert-per-gpu");
  });

  test("is a run where two claims of one number deny each other", async () => {
    const claims = [
      { claimed: "1 s", comparison: ">=", metric: "ttft" },
      { claimed: "1 ms", tolerance: "99 %", metric: "ttft" },
      { claimed: "2 s", comparison: "<=", metric: "ttft" },
    ];
    const { claims: audited } = await audit(claimed(claims, CERTAIN), ALONE);
    expect(audited.map(({ verdict, contradicts }) => [verdict, contradicts])).toEqual([
      ["fails", ["c1"]],
      ["holds", ["c0"]],
      ["holds", undefined],
    ]);
  });
});

describe("an estimate", () => {
  const now = measured(simulate(claimed([], CERTAIN)), "ttft");
  const estimate = (share: number, more: object = {}) =>
    verdictOn(claimed([{ claimed: written(now * share, "ttft"), tolerance: "10 %", better: "less", metric: "ttft", ...more }], CERTAIN));

  test.each([
    [0.8, "fails"], // it takes longer than the plan says
    [0.95, "holds"],
    [1.05, "holds"],
    [10, "better"],
  ])("of %d times what it takes %s", async (share, wanted) => {
    const { verdict, because } = await estimate(share);
    expect(verdict).toBe(wanted);
    if (wanted === "better") expect(because).toMatch(/10\.0 times less than the .* claimed: better than that\.$/);
  });

  test("that is exceeded fails where no side is better", async () => {
    expect((await estimate(10, { better: undefined })).verdict).toBe("fails");
  });

  test("of more is better on the other side", async () => {
    const rate = measured(simulate(claimed([], CERTAIN)), "throughputPerGpu");
    const verdictOf = async (share: number) =>
      (
        await verdictOn(
          claimed([{ claimed: written(rate * share, "throughputPerGpu"), better: "more", metric: "throughputPerGpu" }], CERTAIN),
        )
      ).verdict;
    expect([await verdictOf(0.5), await verdictOf(1), await verdictOf(2)]).toEqual(["better", "holds", "fails"]);
  });

  test("whose runs differ from what it takes is not decided by a sum of other claims, and the sentence does not mix the two", async () => {
    const mean = estimateOf(Array.from({ length: 6 }, (_, r) => measured(simulate({ ...tiny, seed: 7 + r }), "ttft")))!.mean;
    const claims = [
      { claimed: written(mean, "ttft"), comparison: "<=", metric: "ttft", from: "c1 * 3" },
      { claimed: "1 s", from: "1 s" },
    ];
    const { claims: audited } = await audit(claimed(claims), { ...ALONE, maxReplications: 6 });
    const [{ verdict, kind, found, because, contradicts }] = audited as [AuditedClaim];
    expect([verdict, kind, contradicts]).toEqual(["undecided", "dynamic", ["c1"]]);
    expect(found).toBeCloseTo(mean, 12);
    expect(because).toMatch(/^The simulation gives .* does not distinguish it from .*; the plan's other claims \(c1 \* 3\) make it 3 s\.$/);
  });
});

describe("a claim of a ratio", () => {
  test("is of the metric over what it is under other values, seed by seed", async () => {
    const seeds = [7, 8, 9];
    const at = (outputTokens: number, seed: number) =>
      measured(simulate({ ...claimed([], { workload: { ...LOAD, outputTokens } }), seed }), "throughputPerGpu");
    const ratios = seeds.map((seed) => at(3, seed) / at(6, seed));
    const claim = { claimed: 0.001, comparison: ">=", metric: "throughputPerGpu", against: { "workload.outputTokens": 6 } };
    const { verdict, found, interval, unit, because } = await verdictOn(claimed([claim], { workload: LOAD }));
    expect([verdict, unit]).toEqual(["holds", ""]);
    expect(found).toBeCloseTo(estimateOf(ratios)!.mean, 12);
    expect(interval!.low).toBeCloseTo(estimateOf(ratios)!.interval!.low, 9);
    expect(because).toContain("of what it gives with workload.outputTokens 6, ");
    const many = { "parallelism.data": 1, "parallelism.pipeline": 1, "serving.overlap": "none", "workload.outputTokens": 6 };
    const other = await verdictOn(claimed([{ ...claim, against: many }], { workload: LOAD }));
    expect(other.because).toContain("of what it gives with parallelism.data 1, parallelism.pipeline 1 and 2 other values, ");
  });

  test("is a plain number or a share, and its other values must be possible", async () => {
    const problems = async (claim: WrittenClaim) =>
      audit(claimed([{ metric: "ttft", against: { "workload.outputTokens": 6 }, ...claim }]), ALONE).then(
        () => [],
        (error: unknown) => (error as Problems).problems.map(({ path, wanted }) => `${path.join(".")}: ${wanted}`),
      );
    expect(await problems({ claimed: "50 %", comparison: "<=" })).toEqual([]);
    expect(await problems({ claimed: "1 s", comparison: "<=" })).toEqual([
      "claims.0.claimed: a plain number or a share, as the claim is of a ratio",
    ]);
    const [impossible] = await problems({ claimed: 1, against: { "workload.outputTokens": 0 } });
    expect(impossible).toMatch(/^claims\.0\.against\.workload\.outputTokens: /);
  });

  const LOAD = { kind: "batch", sequences: 4, promptTokens: { kind: "uniform", from: 8, to: 64 }, outputTokens: 3 };
});

describe("what follows from another claim that is wrong", () => {
  const rootsIn = async (claims: readonly WrittenClaim[]) => {
    const { claims: audited } = await audit(claimed(claims, CERTAIN), ALONE);
    return Object.fromEntries(audited.filter(({ verdict }) => verdict === "fails").map(({ id, root }) => [id, root ?? "itself"]));
  };

  test("is listed with its root: by the plan's sums, by the number that it is about, by what the scenario says, and by way of others", async () => {
    const claims = [
      { id: "size", claimed: 7, metric: "plan.parameters" },
      { id: "bytes", claimed: "14 B", from: "size * 2 B", metric: "plan.parameters * 2 B" },
      { id: "bytes-each", claimed: "7 B", from: "bytes / 2", metric: "plan.weightBytesPerRank.max" },
      { id: "quick", claimed: "1 ns", comparison: "<=", metric: { first: "ttft", next: "tpot" } },
      { id: "quicker", claimed: "0.5 ns", comparison: "<=", metric: "ttft" },
      { id: "elsewhere", claimed: "0.5 ns", comparison: "<=", metric: "ttft", given: { "workload.promptTokens": 30 } },
      { id: "named", claimed: 3, metric: "gpus", root: "size" },
      { id: "alone", claimed: 3, metric: "model.layers", root: "right" },
      { id: "right", claimed: 2, metric: "gpus" },
    ];
    expect(await rootsIn(claims)).toEqual({
      size: "itself",
      bytes: "size",
      "bytes-each": "size",
      "quick/first": "itself",
      "quick/next": "itself", // parts of one claim
      quicker: "quick",
      elsewhere: "itself", // in another situation
      named: "size",
      alone: "itself", // what it would follow from holds
    });
  });

  test("goes round to the first of the plan where each follows from the next", async () => {
    const claims = [
      { id: "a", claimed: 3, metric: "gpus", root: "c" },
      { id: "b", claimed: 3, metric: "model.layers", root: "a" },
      { id: "c", claimed: 5, metric: "plan.ranksPerLayer", root: "b" },
    ];
    expect(await rootsIn(claims)).toEqual({ a: "itself", b: "a", c: "a" });
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
    { id: "g", claimed: "20 %", comparison: "<=", metric: "balance.expert.decode.loadVariance.mean" },
  ];
  const verdicts = async (claims: readonly WrittenClaim[]) => {
    const { claims: audited } = await audit(claimed(claims), { ...ALONE, maxReplications: 12 });
    return new Map(audited.map(({ root: _, ...claim }) => [claim.id, claim])); // the root is the first of the plan
  };

  property.prop([fc.shuffledSubarray(CLAIMS, { minLength: CLAIMS.length })], { numRuns: drawnCases(6) })(
    "have the same verdicts in any order",
    async (claims) => {
      const [audited, expected] = [await verdicts(claims), await verdicts(CLAIMS)];
      for (const [id, claim] of expected) expect(audited.get(id)).toEqual(claim);
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

  test("report how far they are: how many runs, and which claim is searched", async () => {
    const audited: AuditProgress[] = [];
    const scenario = claimed(CLAIMS.slice(0, 2), { ...CERTAIN, assumed: [{ path: "cluster.gpu.launch", from: "0 s", to: "1 ms" }] });
    const { runs } = await audit(scenario, { maxReplications: 3, onProgress: (progress) => audited.push(progress) });
    expect([...new Set(audited.map(({ stage }) => stage))]).toEqual(["readings", "ranges", "remedies"]);
    const claims = new Map(audited.flatMap(({ claim }) => (claim === undefined ? [] : [[claim.id, [claim.done, claim.of]]])));
    expect([...claims]).toEqual([
      ["a", [0, 3]],
      ["b/first", [1, 3]],
      ["b/next", [2, 3]],
    ]);
    expect(audited.at(-1)!.ended).toBe(runs);
  });

  test("listen once to the signal, however many runs are under way", async () => {
    let listeners = 0;
    const signal = { aborted: false, addEventListener: () => void listeners++, removeEventListener: () => {} };
    await audit(claimed(CLAIMS), { maxReplications: 3, signal });
    expect(listeners).toBe(1);
  });
});

describe("readings of a plan", () => {
  const readings = { once: { "parallelism.data": 1 }, twice: { "parallelism.data": 2 } };

  test("print what the configuration says in words by the kindest, beside what the others have", async () => {
    const deployment = { memory_config: { model_sharding: "enabled" }, readings: { whole: { "parallelism.expert": 1 }, cut: {} } };
    const { claims } = await audit(claimed([], { ...CERTAIN, deployment }), ALONE);
    const [{ id, verdict, reading, because, readings: each }] = claims as [AuditedClaim];
    expect([id, verdict, reading, because]).toEqual(["deployment.model_sharding", "holds", "cut", "One copy of the model lies on 2 GPUs."]);
    expect(each!.map((one) => [one.reading, one.verdict, one.because])).toEqual([
      ["cut", "holds", "One copy of the model lies on 2 GPUs."],
      ["whole", "fails", "One copy of the model lies on 1 GPU."],
    ]);
  });

  test("that all deny what the configuration says in words are counted", async () => {
    const deployment = { performance_config: { batching_strategy: "continuous" }, readings };
    const [audited] = (await audit(claimed([], { ...CERTAIN, deployment }), ALONE)).claims;
    expect([audited!.verdict, audited!.because]).toEqual([
      "fails",
      "The scheduler is static; it fails under all 2 readings, and no assumption enters it.",
    ]);
  });

  test("give a claim the verdict of the one that is kindest to it, which is named first; what they agree on has none", async () => {
    const claims = [
      { claimed: 2, metric: "gpus" },
      { claimed: 2, metric: "model.layers" },
      { claimed: "1 s", comparison: "<=", metric: "ttft" },
      { claimed: "1 ns", comparison: "<=", metric: "ttft" },
    ];
    const { claims: audited, readings: names } = await audit(claimed(claims, { ...CERTAIN, deployment: { readings } }), ALONE);
    expect(names).toEqual(["once", "twice"]);
    expect(audited.map(({ id, verdict, reading }) => [id, verdict, reading])).toEqual([
      ["c0", "holds", "once"],
      ["c1", "holds", null],
      ["c2", "holds", "twice"], // with half of the sequences on each replica
      ["c3", "fails", "twice"],
    ]);
    expect(audited[0]!.readings!.map((each) => [each.reading, each.verdict, each.found])).toEqual([
      ["once", "holds", 2],
      ["twice", "fails", 4],
    ]);
    expect(audited[0]!.because).toBe("The compiled plan, read as once, gives 2, as claimed; it fails under 1 of 2 readings (twice).");
    expect(audited[3]!.readings!.map((each) => [each.reading, each.verdict])).toEqual([
      ["twice", "fails"],
      ["once", "fails"],
    ]);
    expect(audited[3]!.because).toContain("; it fails under all 2 readings");
  });

  test("that cannot be made let the others decide", async () => {
    const claims = [{ claimed: "1 s", comparison: "<=", metric: "ttft" }];
    const both = { impossible: { "parallelism.tensor": 3 }, plain: {} };
    const { claims: audited } = await audit(claimed(claims, { ...CERTAIN, deployment: { readings: both } }), ALONE);
    expect([audited[0]!.verdict, audited[0]!.reading]).toEqual(["holds", "plain"]);
    expect(audited[0]!.readings![1]!.because).toMatch(/^no such plan can run/);
  });
});
