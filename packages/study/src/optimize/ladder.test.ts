import { parseScenario, type Scenario } from "@tokenyard/scenario";
import { describe, expect, test } from "vitest";
import { inProcessRunner, runPoint, simulateWith } from "../runners/in-process-runner.ts";
import { orderedRunner } from "../runners/ordered-runner.ts";
import { type OptimizeOptions, optimize, optimum } from "./optimize.ts";
import type { Optimum } from "./search/optimum.ts";

const GATES = { balanced: "balanced", uniform: "uniform", uneven: { kind: "lognormal", sigma: 1 } } as const;
const OPEN = { kind: "open", requests: 80 };
const LENGTHS = {
  promptTokens: { kind: "lognormal", mean: 800, sigma: 0.8, to: 8000 },
  outputTokens: { kind: "lognormal", mean: 60, sigma: 0.5 },
};
const LLAMA = { preset: "llama-3.1-8b", layers: 8 };
const QWEN = { preset: "qwen3-30b-a3b", layers: 8 };
const MIXTRAL = { preset: "mixtral-8x22b", layers: 6 };
const OSS = { preset: "gpt-oss-120b", layers: 6 };

function loadOf(
  model: object,
  workload: object,
  gate: keyof typeof GATES = "balanced",
  scheduler = "continuous",
  gpu = "h100-sxm",
): Scenario {
  return parseScenario({
    tokenyard: 1,
    engine: "ideal",
    model,
    cluster: { gpu, network: "hgx-h100-ndr" },
    routing: { gate: GATES[gate], resolution: "exact" },
    workload: { ...LENGTHS, ...workload },
    serving: { scheduler: { kind: scheduler, tokenBudget: 4096, maxSequences: 128 } },
  });
}

const minimize = (text: string) => ({ text, better: "less" as const });
const vary = { "serving.overlap": ["none"], "parallelism.pipeline": [1, 2], "parallelism.tensor": [1, 2, 4] };

type Space = readonly [name: string, scenario: Scenario, asked: Partial<OptimizeOptions> & Pick<OptimizeOptions, "objectives">];

/** Loads on at most eight GPUs, of two models, three kinds and two gates, with targets that decide and targets that do not. */
const SHORT: readonly Space[] = [
  [
    "the fewest GPUs of a dense model",
    loadOf(LLAMA, { ...OPEN, rate: "200 requests/s" }),
    { objectives: [minimize("gpus")], subjectTo: ["tpot.p99 <= 5 ms", "ttft.p99 <= 300 ms"] },
  ],
  [
    "the cheapest tokens of a dense model",
    loadOf(LLAMA, { ...OPEN, rate: "100 requests/s" }),
    { objectives: [minimize("costPerMillionTokens")], subjectTo: ["ttft.p99 <= 500 ms"] },
  ],
  [
    "the quickest tokens of a closed loop",
    loadOf(LLAMA, { kind: "closed", requests: 80, concurrency: 20 }),
    { objectives: [minimize("tpot.mean")], subjectTo: ["gpus <= 6"] },
  ],
];
/** And seventeen others: with those before, twenty spaces whose certificates are kept. */
const LONG: readonly Space[] = [
  [
    "the fewest GPUs",
    loadOf(QWEN, { ...OPEN, rate: "200 requests/s" }),
    { objectives: [minimize("gpus")], subjectTo: ["tpot.p99 <= 4 ms"] },
  ],
  ["the quickest tokens", loadOf(QWEN, { ...OPEN, rate: "200 requests/s" }), { objectives: [minimize("tpot.mean")], subjectTo: [] }],
  [
    "the quickest tokens, uneven",
    loadOf(QWEN, { ...OPEN, rate: "100 requests/s" }, "uneven"),
    { objectives: [minimize("tpot.mean")], subjectTo: [] },
  ],
  ["the quickest first tokens", loadOf(QWEN, { ...OPEN, rate: "300 requests/s" }), { objectives: [minimize("ttft.mean")], subjectTo: [] }],
  [
    "the cheapest tokens, uneven",
    loadOf(QWEN, { ...OPEN, rate: "100 requests/s" }, "uneven"),
    { objectives: [minimize("costPerMillionTokens")], subjectTo: ["tpot.p99 <= 6 ms"] },
  ],
  [
    "a closed loop",
    loadOf(QWEN, { kind: "closed", requests: 80, concurrency: 30, thinkTime: "50 ms" }),
    { objectives: [minimize("costPerMillionTokens")], subjectTo: ["tpot.p99 <= 6 ms"] },
  ],
  ["a batch", loadOf(QWEN, { kind: "batch", sequences: 60 }), { objectives: [minimize("e2e.p90")], subjectTo: [] }],
  [
    "prompts alone",
    loadOf(QWEN, { ...OPEN, rate: "100 requests/s" }, "balanced", "prefill-first"),
    { objectives: [minimize("e2e.mean")], subjectTo: [] },
  ],
  [
    "the fewest GPUs with room to spare, uniform",
    loadOf(QWEN, { ...OPEN, rate: "100 requests/s" }, "uniform"),
    { objectives: [minimize("gpus")], subjectTo: ["tpot.p99 <= 20 ms", "ttft.p99 <= 500 ms"] },
  ],
  [
    "few large experts, uniform",
    loadOf(MIXTRAL, { ...OPEN, rate: "60 requests/s" }, "uniform"),
    { objectives: [minimize("costPerMillionTokens")], subjectTo: ["tpot.p99 <= 30 ms"] },
  ],
  [
    "few large experts, a closed loop",
    loadOf(MIXTRAL, { kind: "closed", requests: 80, concurrency: 24 }, "uniform"),
    { objectives: [minimize("e2e.p90")], subjectTo: [] },
  ],
  [
    "the quickest answers",
    loadOf(OSS, { ...OPEN, rate: "80 requests/s" }, "uniform"),
    { objectives: [minimize("e2e.mean")], subjectTo: [] },
  ],
  [
    "the fewest GPUs of a closed loop, uneven",
    loadOf(OSS, { kind: "closed", requests: 80, concurrency: 32 }, "uneven"),
    { objectives: [minimize("gpus")], subjectTo: ["tpot.p99 <= 5 ms"] },
  ],
  [
    "arrivals at even distances",
    loadOf(QWEN, { ...OPEN, rate: "150 requests/s", arrivals: { kind: "constant" } }),
    { objectives: [minimize("ttft.p99")], subjectTo: [] },
  ],
  [
    "prompts alone, uneven",
    loadOf(QWEN, { ...OPEN, rate: "60 requests/s" }, "uneven", "prefill-first"),
    { objectives: [minimize("ttft.mean")], subjectTo: [] },
  ],
  ["a batch, uneven", loadOf(QWEN, { kind: "batch", sequences: 40 }, "uneven"), { objectives: [minimize("tpot.mean")], subjectTo: [] }],
  [
    "a dense model on other GPUs",
    loadOf(LLAMA, { ...OPEN, rate: "250 requests/s" }, "balanced", "continuous", "h200-sxm"),
    { objectives: [minimize("costPerMillionTokens")], subjectTo: ["tpot.p99 <= 8 ms"] },
  ],
];

/** The exhaustive search and the ladder of a space of at most 60 plans. */
async function bothOf([, scenario, asked]: Space): Promise<{ ladder: Optimum; all: Optimum }> {
  const options = { maxGpus: 4, vary, ...asked };
  const all = await optimum(scenario, { ...options, prune: false });
  expect(all.examined).toBeLessThanOrEqual(60);
  return { all, ladder: await optimum(scenario, { ...options, effort: { fewest: 8, audited: 4 } }) };
}

describe("the ladder's best plan is that of running every plan, or within what its certificate says", () => {
  const holds = async (isKept: boolean, space: Space) => {
    const { all, ladder } = await bothOf(space);
    expect(ladder.best).not.toBeNull();
    const [objective] = ladder.objectives;
    const [best, found] = [all.best!.objectives[objective!.text]!, ladder.best!.objectives[objective!.text]!];
    expect(found).toBeLessThanOrEqual(best * (1 + 2 * ladder.certificate!.winner!.error));
    expect(ladder.examined).toBeLessThanOrEqual(all.examined);
    const { certificate, pruned, infeasible, examined } = ladder;
    expect(certificate).toMatchObject({ provedAway: pruned + infeasible, run: examined, notLookedAt: 0, withoutFormula: [] });
    expect(pruned + infeasible + examined + certificate!.formula!.leftOut).toBe(all.examined + all.infeasible);
    if (certificate!.formula!.leftOut > 0) expect(ladder).toMatchObject({ exhaustive: false, proven: false });
    const { parameters, objectives } = ladder.best!;
    if (isKept) expect({ plans: all.examined + all.infeasible, parameters, objectives, certificate }).toMatchSnapshot();
  };
  test.each(SHORT)("%s", (...space) => holds(false, space));
  test.each([...SHORT, ...LONG])("%s, with its certificate", { tags: "long" }, (...space) => holds(true, space));
});

test("with one worker or several a search has the same certificate", async () => {
  const [, scenario, asked] = SHORT[1]!;
  const options = { maxGpus: 4, vary, ...asked, effort: { fewest: 8, audited: 4 } };
  const simulate = simulateWith();
  const runner = orderedRunner(async (point, stop) => {
    await new Promise((resolve) => setImmediate(resolve));
    return runPoint(point, simulate, stop);
  }, 5);
  expect(await optimum(scenario, { ...options, runner })).toEqual(await optimum(scenario, { ...options, runner: inProcessRunner() }));
});

test("a search that is ended after its own plan and one more has the answer that is likeliest by the formula", async () => {
  const [, scenario, asked] = SHORT[0]!;
  const options = { maxGpus: 8, vary, ...asked, effort: { fewest: 8, audited: 4 } };
  const [few, all] = [await optimum(scenario, { ...options, points: 2 }), await optimum(scenario, options)];
  expect(few.given!.holds).toContain(false);
  expect([few.examined, few.best!.objectives]).toEqual([2, all.best!.objectives]);
  expect(few.certificate!.notLookedAt).toBeGreaterThan(10);
});

describe("a search that ends within its audit", { tags: "long" }, () => {
  const scenario = loadOf(QWEN, { kind: "batch", sequences: 16 });
  const effort = { fewest: 7, audited: 6 };
  const options: OptimizeOptions = { objectives: [minimize("e2e.p90")], subjectTo: [], maxGpus: 4, vary, effort };

  test("by plans counts those that were drawn and run alone, and by them says how many of the others may win", async () => {
    const whole = await optimum(scenario, options);
    const cut = await optimum(scenario, { ...options, points: whole.examined - 3 });
    expect([whole, cut].map(({ left, certificate }) => ({ left, ...certificate!.formula! }))).toMatchObject([
      // of 13 with three winners six draws miss all in C(10, 6) / C(13, 6) = 12 % of cases, with four in 4.9 %
      { left: 0, leftOut: 7, drawn: 6, audited: 6, better: 0, mostBetter: 3 / 7 },
      // with seven three draws miss all in C(6, 3) / C(13, 3) = 7 % of cases, with eight in 3.5 %
      { left: 0, leftOut: 10, drawn: 6, audited: 3, better: 0, mostBetter: 7 / 10 },
    ]);
  });

  test("by its clock says nothing of the others, as what it gave up may be what would win", async () => {
    const stop = new AbortController();
    let cut: Optimum | undefined;
    for await (const soFar of optimize(scenario, { ...options, signal: stop.signal })) {
      cut = soFar;
      if (soFar.certificate!.formula!.drawn > 0) stop.abort();
    }
    expect(cut!.certificate!.formula).toMatchObject({ drawn: 6, audited: 1, mostBetter: null });
  });
});

test("where no plan holds the constraints, the one that misses them by least is named, with what it has", async () => {
  const [, scenario, asked] = SHORT[0]!;
  const found = await optimum(scenario, {
    maxGpus: 2,
    vary,
    ...asked,
    subjectTo: ["tpot.p99 <= 100 us"],
    effort: { fewest: 4, audited: 2 },
  });
  expect(found.best).toBeNull();
  const { missed, report } = found.nearest!;
  expect(missed).toEqual([{ constraint: "tpot.p99 <= 100 us", value: report.tpotSeconds!.p99, bound: 1e-4 }]);
  expect(found.certificate!.winner).toBeNull();
});

test("a load that the formula does not know is searched by proofs alone, and the certificate says why", async () => {
  const sessions = { kind: "sessions", sessions: 10, rate: "10 requests/s", turns: 2 };
  const found = await optimum(loadOf(LLAMA, sessions), { objectives: [minimize("gpus")], subjectTo: [], maxGpus: 2, vary });
  expect(found.certificate).toMatchObject({ formula: null, withoutFormula: ["sessions"] });
});
