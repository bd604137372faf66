import { Problems, parseScenario, type Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sampled } from "../metrics/sampled.contract.ts";
import { executorDifferences, plain } from "../passes/executors.contract.ts";
import { prepare } from "../setup/prepare.ts";
import { run, simulate } from "../simulate.ts";
import { steadyScenario } from "./steady-scenario.contract.ts";

const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);

/** A dense model on one GPU: kernels by the roofline alone. */
function scenario(workload: object, rest: object = {}, serving: object = {}): Scenario {
  return parseScenario({
    tokenyard: 1,
    model: {
      layers: 4,
      hiddenSize: 256,
      attention: { heads: 8, kvHeads: 2, headSize: 32 },
      dense: { hiddenSize: 512 },
      vocabulary: 4000,
    },
    cluster: {
      gpu: { compute: "10 TFLOPS", bandwidth: "100 GB/s", memory: "10 GB" },
      network: { kind: "two-tier", node: { bandwidth: "10 GB/s", latency: "1 us" }, fabric: { bandwidth: "2 GB/s", latency: "4 us" } },
    },
    workload,
    serving: { scheduler: { kind: "continuous", tokenBudget: 64, maxSequences: 64 }, ...serving },
    ...rest,
  });
}

const steady = (more: object = {}, rest: object = {}, serving: object = {}) =>
  scenario({ kind: "steady-decode", sequences: 16, context: 300, outputTokens: 40, measure: "20 steps", ...more }, rest, serving);

const SCHEDULER = { kind: "continuous", tokenBudget: 256, maxSequences: 64 };

const problemsOf = (given: () => unknown) => {
  try {
    given();
  } catch (error) {
    if (error instanceof Problems) return error.problems.map(({ path, given, wanted }) => `${path.join(".")}: ${given}; ${wanted}`);
    throw error;
  }
  return [];
};

test("rows of sequences that were decoding before the run have no start and no first token; those that came later have both", () => {
  const rows: { readonly arrivedNs: number; readonly startedNs: number; readonly firstTokenNs: number }[] = [];
  run(prepare(steady({ outputTokens: 10 })), {
    onRequest: ({ arrivedNs, startedNs, firstTokenNs }) => rows.push({ arrivedNs, startedNs, firstTokenNs }),
  });
  const [before, later] = [
    rows.filter(({ arrivedNs, startedNs }) => arrivedNs === 0 && Number.isNaN(startedNs)),
    rows.filter(({ startedNs }) => startedNs > 0),
  ];
  expect(before.length).toBeGreaterThan(8); // ages from 1 to 9 of 10 tokens, 16 sequences
  expect(before.every(({ firstTokenNs }) => Number.isNaN(firstTokenNs))).toBe(true);
  expect(later.length).toBeGreaterThan(8); // 20 steps replace each of 16 twice or more
  expect(later.every(({ firstTokenNs, startedNs }) => firstTokenNs >= startedNs)).toBe(true);
});

describe("a steady decode", () => {
  test("takes the steps that were asked, each of all sequences: by hand", () => {
    const report = simulate(steady());
    expect(report.tokens).toMatchObject({ prompt: 0, output: 16 * 20 });
    expect(report.requests.decoding).toBe(16);
    expect(report.requests.arrived).toBe(16 + report.requests.finished);
    expect(report.requests.failed).toBe(0);
    expect(report.throughput.decodeTokensPerSecond! * report.horizonSeconds).toBeCloseTo(320, 6);
    expect(report.itlSeconds!.mean! * 20).toBeCloseTo(report.horizonSeconds, 9); // every gap of every sequence is a step
    expect(report.warnings.map(({ code }) => code)).toEqual(["assumed-efficiency"]);
  });

  test("has no times of requests that arrive, and where its time went adds up to its TPOT", () => {
    const report = simulate(steady({ outputTokens: { kind: "uniform", from: 2, to: 60 } }));
    const { ttftSeconds, e2eSeconds, queueSeconds, prefillSeconds, goodput, breakdown, tpotSeconds } = report;
    expect([ttftSeconds, e2eSeconds, queueSeconds, prefillSeconds, goodput, breakdown.ttft]).toEqual([null, null, null, null, null, null]);
    expect(sum(Object.values(breakdown.tpot!))).toBeCloseTo(tpotSeconds!.mean!, 12);
    expect(report.conclusion.sentences[0]).toMatch(/^No targets are set: the mean TPOT is /);
  });

  test("of sequences that never end takes what a step with their contexts takes", () => {
    const endless = { context: 300, outputTokens: 1_000_000, measure: 1, sequences: 1 };
    const [report] = [simulate(steady(endless, {}, { kv: { blockTokens: 1024 } }))];
    const source = prepare(steady(endless, {}, { kv: { blockTokens: 1024 } })).source as unknown as { contextTokens: Float64Array };
    const past = source.contextTokens[0]!;
    const alone = run(
      prepare(scenario({ kind: "batch", sequences: 1, promptTokens: past, outputTokens: 2 }, {}, { kv: { blockTokens: 1024 } })),
      {
        rows: true,
      },
    ).requests;
    expect(report!.horizonSeconds).toBeCloseTo((alone.finishedNs[0]! - alone.firstTokenNs[0]!) / 1e9, 12);
  });

  test("agrees within 1 % with the middle of a long ordinary run of as many users", () => {
    const lengths = { outputTokens: { kind: "lognormal", mean: 120, sigma: 0.8 } };
    const users = { kind: "closed", concurrency: 24, requests: 3000, promptTokens: 400, cachedTokens: 399, ...lengths };
    const ordinary = simulate({ ...scenario(users), measure: { warmUp: 0.2, coolDown: 0.2, levels: 128 } });
    const found = [1, 2, 3, 4].map((seed) => simulate({ ...steady({ sequences: 24, context: 400, ...lengths, measure: 3000 }), seed }));
    const step = sum(found.map(({ itlSeconds }) => itlSeconds!.mean!)) / found.length;
    expect(Math.abs(step / ordinary.itlSeconds!.mean! - 1)).toBeLessThan(0.01);
    const held = sum(found.map(({ kv }) => kv!.meanShare!)) / found.length;
    expect(Math.abs(held / ordinary.kv!.meanShare! - 1)).toBeLessThan(0.01);
  });

  test("is steady from its first step: the first tenth of the steps takes what the last does", () => {
    const long = { sequences: 48, outputTokens: { kind: "uniform", from: 2, to: 400 }, context: 100 };
    const stepOf = (measure: number) => {
      const all = Array.from({ length: 12 }, (_, seed) => simulate({ ...steady({ ...long, measure }), seed }).itlSeconds!.mean!);
      return sum(all) / all.length;
    };
    expect(Math.abs(stepOf(40) / stepOf(2000) - 1)).toBeLessThan(0.01);
  });

  test("a sequence that comes as the last step of its replica ends has no TPOT, though other replicas run on", () => {
    const uneven = { sequences: 5, outputTokens: 4, measure: 9 }; // the replica of three takes longer than that of two
    for (let seed = 0; seed < 12; seed++) {
      const { tpotSeconds, requests } = simulate({ ...steady(uneven, { parallelism: { data: 2 } }), seed });
      expect(tpotSeconds!.max).not.toBeNull();
      expect(requests.decoding).toBe(5);
    }
  });

  test("verifies drafts as any decode does", () => {
    const speculation = { kind: "ngram", tokens: 3, acceptance: { conditional: "100 %" } };
    const report = simulate(steady({ outputTokens: 401 }, {}, { scheduler: SCHEDULER, speculation }));
    expect(report.tokens.output).toBeGreaterThan(16 * 20 * 3.9); // but for the last steps of few
    expect(report.speculation).toMatchObject({ tokensPerStep: expect.any(Number) });
  });

  test("a cache that fills while it decodes has sequences yield, and says that fewer decode", () => {
    const full = steady({ sequences: 8, context: 64, outputTokens: 200, measure: 150 }, {}, { kv: { blocks: 90, blockTokens: 16 } });
    const report = simulate(full);
    expect(report.kv!.preemptions).toBeGreaterThan(0);
    expect(report.requests.decoding).toBe(8);
    expect(report.warnings.map(({ code }) => code)).toContain("sequences-wait");
    expect(sum(Object.values(report.breakdown.tpot!))).toBeCloseTo(report.tpotSeconds!.mean!, 9);
  });
});

test("executors, samples and sequences agree on any plan", () => {
  fc.assert(
    fc.property(steadyScenario, (given) => {
      expect(executorDifferences(given)).toEqual([]);
      const { served, requests, horizonNs, plan } = run(prepare(given), { rows: true });
      const { workload } = given as Scenario & { workload: { sequences: number } };
      expect(served!.decoding).toBe(workload.sequences);
      expect(served!.arrived).toBe(served!.finished + served!.decoding!);
      expect(requests.status.length).toBe(served!.arrived);
      expect(served!.itlNs!.count).toBe(served!.outputTokens);
      expect(horizonNs).toBeGreaterThan(0);
      expect(plan.ranks).toBeGreaterThan(0);
      expect(plain(sampled(given, 7).recording)).toEqual(plain(run(prepare(given))));
    }),
    { numRuns: drawnCases(20), endOnFailure: true },
  );
});

test("what a steady decode has none of, or no room for, is refused where it stands, all at once", () => {
  const targets = { ttft: "1 s", "e2e.p99": "1 s", "tpot.p99": "1 s", goodput: "1 requests/s", "queue.mean": "1 s" };
  const found = problemsOf(() => prepare(steady({ sequences: 65 }, { targets, measure: { warmUp: "10 %" } })));
  expect(found.map((text) => text.slice(0, text.indexOf(":")))).toEqual([
    "measure.warmUp",
    "targets.ttft",
    "targets.e2e.p99",
    "targets.goodput",
    "targets.queue.mean",
    "workload.sequences",
  ]);
  expect(found.at(-1)).toMatch(/65; at most 64, as 1 data groups? decode 64 each; or scheduler.maxSequences: 65/);
  const refused = (rest: object) => problemsOf(() => prepare(steady({}, rest))).map((text) => text.slice(0, text.indexOf(";")));
  expect(refused({ pools: [{ role: "prefill" }, { role: "decode" }] })).toEqual(["pools: pools beside steady-decode"]);
  expect(refused({ retries: { client: { timeout: "1 s" } } })).toEqual(["retries: retries beside steady-decode"]);
  expect(refused({ checkpoints: { every: 16, to: "host" } })).toEqual(["checkpoints: checkpoints beside steady-decode"]);
  expect(refused({ faults: [{ kind: "gpu-slow", at: "1 s", for: "1 s", ranks: [0], speed: "50 %" }] })).toEqual([
    "faults: faults beside steady-decode",
  ]);
  expect(problemsOf(() => prepare(steady({}, {}, { scheduler: "static" })))).toEqual([
    expect.stringMatching(/^serving\.scheduler: static; continuous/),
  ]);
  expect(problemsOf(() => steady({ outputTokens: 1 }))).toEqual([expect.stringMatching(/^workload\.outputTokens: .*2 or more/)]);
  expect(problemsOf(() => steady({ measure: "200 tokens" }))).toEqual([expect.stringMatching(/^workload\.measure: .*a whole number/)]);
});

test("memory is checked as it is: sequences that the cache does not hold are refused with how many it would", () => {
  const kv = { kv: { blocks: 100, blockTokens: 16 } };
  const many = problemsOf(() => prepare(steady({ sequences: 16, context: 300, outputTokens: 2 }, {}, kv)));
  // 300 tokens take 19 blocks of 16: 16 sequences 304 of 100
  expect(many).toEqual([
    expect.stringMatching(/^workload\.sequences: 16, of which one data group caches 4,864 tokens; about 5, as its cache holds 1,600/),
  ]);
  expect(simulate(steady({ sequences: 5, context: 300, outputTokens: 2, measure: 1 }, {}, kv)).kv).toMatchObject({ peakShare: 0.95 }); // 301 tokens: 19 blocks each
  expect(
    problemsOf(() =>
      simulate(steady({ sequences: 2, measure: 5000, context: { kind: "empirical", values: [10, 1700], weights: [99, 1] } }, {}, kv)),
    ),
  ).toEqual([expect.stringMatching(/^workload\.context: a sequence of more than the 1,600 tokens/)]);
});
