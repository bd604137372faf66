import { metricValue, type Report, renderText, reportSchema, withConclusion } from "@tokenyard/report";
import { METRICS, Problems, parseScenario } from "@tokenyard/scenario";
import { simulate } from "@tokenyard/simulator";
import { expect, test } from "vitest";
import { tiny } from "../fixtures/tiny.ts";
import { inProcessRunner, runPoint } from "../runners/in-process-runner.ts";
import { orderedRunner } from "../runners/ordered-runner.ts";
import { estimateOf } from "../statistics/estimate.ts";
import { SeedWithoutReport, seedsReport, simulateSeeds } from "./seeds.ts";

const reports = [7, 8, 9, 10].map((seed) => simulate({ ...tiny, seed }));
const together = simulateSeeds(tiny, 4);

test("over several seeds the report is the first one's, with an estimate for each number that chance may move", () => {
  const { seeds, conclusion, ...first } = together;
  const { conclusion: _, ...alone } = reports[0]!;
  expect(first).toEqual(alone);
  expect(conclusion).toEqual(withConclusion(together).conclusion); // of all seeds
  expect(seeds).toMatchObject({ count: 4, first: 7 });
  const { mean, ...rest } = estimateOf(
    reports.map((report) => report.ttftSeconds!.mean!),
    "positive",
  )!;
  expect(seeds!.estimates["ttftSeconds.mean"]).toEqual({ ...rest, value: mean }); // a static batch has one fate a seed
  expect(seeds!.estimates["tokens.dropped / tokens.routed"]!.value).toBe(
    reports.reduce((sum, { tokens }) => sum + tokens.dropped / tokens.routed, 0) / 4,
  );
  const headlines = ["throughput.tokensPerMsPerGpu", "balance.expert.prefill.loadVariance.mean", "tpotSeconds.p99", "e2eSeconds.max"];
  for (const path of headlines) expect(seeds!.estimates[path], path).toMatchObject({ count: 4 });
  for (const path of Object.keys(seeds!.estimates)) expect(path).not.toMatch(/^(plan|gpus|scenario|seed)|perLayer/);
});

test("every metric with a name that a seed has is estimated over seeds, the queue's too", () => {
  const load = parseScenario({
    tokenyard: 1,
    seed: 7,
    model: { layers: 1, hiddenSize: 64, attention: { heads: 4, kvHeads: 4, headSize: 16 }, dense: { hiddenSize: 128, matrices: 2 } },
    cluster: { gpu: { compute: "1 TFLOPS", bandwidth: "100 GB/s", memory: "1 GB" }, network: "hgx-h100-ndr" },
    workload: { kind: "open", requests: 20, rate: "1000 requests/s", promptTokens: 16, outputTokens: 4 },
    serving: { scheduler: "continuous" },
    targets: { "queue.p99": "1 s" },
  });
  const report = simulateSeeds(load, 3);
  const estimated = Object.keys(report.seeds.estimates);
  const had = METRICS.filter((metric) => metricValue(report, metric) !== null).map(({ path }) => path);
  expect(had).toEqual(expect.arrayContaining(["queueSeconds.p99", "itlSeconds.mean", "goodput.requestsPerSecond"]));
  expect(had.filter((path) => !estimated.includes(path))).toEqual(["gpus"]); // of the plan
});

test("what several seeds say is the same, to the byte, on any runner and however many run at a time", async () => {
  const runner = orderedRunner((point) => runPoint(point), 3);
  expect(JSON.stringify(await seedsReport(tiny, 4))).toBe(JSON.stringify(together));
  expect(JSON.stringify(await seedsReport(tiny, 4, { runner }))).toBe(JSON.stringify(together));
});

test("a report over seeds is what the schema says, in its order, and over one seed no estimate has an interval", async () => {
  expect((await reportSchema()).safeParse(together).success).toBe(true);
  expect(Object.keys(together).indexOf("seeds")).toBe(Object.keys(together).indexOf("seed") + 1);
  for (const { interval } of Object.values(simulateSeeds(tiny, 1).seeds.estimates)) expect(interval).toBe(null);
});

test("means along the critical path add up to the mean TTFT, though a seed leaves out what took no time", () => {
  const { estimates } = together.seeds!;
  const parts = Object.entries(estimates).filter(([path]) => path.startsWith("breakdown.ttft."));
  expect(parts.reduce((sum, [, { value }]) => sum + value!, 0)).toBeCloseTo(estimates["ttftSeconds.mean"]!.value!, 12);
  const lanes = Object.entries(estimates).filter(([path]) => path.startsWith("time.prefill.network."));
  expect(lanes.reduce((sum, [, { value }]) => sum + value!, 0)).toBeCloseTo(1, 12);
});

test("cost and energy are estimated, and printed, as what chance moves", () => {
  const { gpu } = tiny.cluster;
  const paid = { ...tiny, cluster: { ...tiny.cluster, gpu: { ...gpu, cost: 3, power: { idle: 70, peak: 700 } } } };
  const report = simulateSeeds(paid as typeof tiny, 4);
  const usd = [7, 8, 9, 10].map((seed) => simulate({ ...(paid as typeof tiny), seed }).cost.usdPerMillionTokens!);
  expect(report.seeds.estimates["cost.usdPerMillionTokens"]!.value).toBeCloseTo(usd.reduce((sum, each) => sum + each, 0) / 4, 12);
  expect(renderText(report)).toMatch(/^Cost +\d/m);
});

test("the targets of a report of several seeds are as all of them meet them, not as the first does", async () => {
  const reportOf = (seed: number, actual: number): Report => ({
    ...reports[0]!,
    seed,
    gpus: actual,
    targets: [{ name: "gpus", metric: "gpus", target: 10, actual, met: actual <= 10 }],
  });
  const together = async (...gpus: number[]) => {
    const runner = inProcessRunner({ simulate: ({ seed }) => reportOf(seed, gpus[seed - 7]!) });
    return (await seedsReport(tiny, gpus.length, { runner }))!.targets;
  };
  expect(await together(9, 12, 12)).toEqual([{ name: "gpus", metric: "gpus", target: 10, actual: 11, met: false }]);
  expect(await together(9, 8, 7)).toEqual([{ name: "gpus", metric: "gpus", target: 10, actual: 8, met: false }]); // 8 ± 2.5 says too little
  expect(await together(7, 7, 7)).toEqual([{ name: "gpus", metric: "gpus", target: 10, actual: 7, met: true }]);
});

test("targets count how many seeds meet them, warnings how many give them, in the words of the first", async () => {
  const reportOf = (seed: number, met: boolean, codes: string[]): Report => ({
    ...reports[0]!,
    seed,
    targets: [{ name: "ttft", metric: "ttftSeconds.max", target: 1, actual: 1, met }],
    warnings: codes.map((code) => ({ code, message: `of ${seed}` })),
  });
  const of = [reportOf(7, true, ["a"]), reportOf(8, false, ["a", "b"]), reportOf(9, true, ["b"])];
  const runner = inProcessRunner({ simulate: ({ seed }) => of[seed - 7]! });
  const { seeds } = (await seedsReport(tiny, 3, { runner }))!;
  expect(seeds!.targets).toEqual([{ name: "ttft", metric: "ttftSeconds.max", met: 2, verdict: "met" }]);
  expect(seeds!.warnings).toEqual([
    { code: "a", message: "of 7", seed: 7, count: 2 },
    { code: "b", message: "of 8", seed: 8, count: 2 },
  ]);
});

test("a number that some seeds lack is estimated from the others", async () => {
  const of = [reports[0]!, { ...reports[1]!, tpotSeconds: null }, reports[2]!];
  const runner = inProcessRunner({ simulate: ({ seed }) => of[seed - 7]! });
  const { seeds } = (await seedsReport(tiny, 3, { runner }))!;
  const { mean, ...rest } = estimateOf([reports[0]!.tpotSeconds!.mean!, reports[2]!.tpotSeconds!.mean!], "positive")!;
  expect(seeds!.estimates["tpotSeconds.mean"]).toEqual({ ...rest, value: mean });
});

test("a seed without a report ends it, and says which", async () => {
  const runner = inProcessRunner({
    simulate: ({ seed }) => {
      if (seed === 8) throw new Error("a fault");
      return reports[0]!;
    },
  });
  const ended = seedsReport(tiny, 3, { runner });
  await expect(ended).rejects.toThrow(SeedWithoutReport);
  await expect(ended).rejects.toMatchObject({ seed: 8, status: "failed", message: "Error: a fault" });
  for (const count of [0, -1, 1.5, Number.NaN]) expect(() => simulateSeeds(tiny, count)).toThrow(RangeError);
});

test("a plain tree is checked before it runs, and says all that is wrong with it", () => {
  const tree = JSON.parse(JSON.stringify(together.scenario.resolved));
  expect(JSON.stringify(simulateSeeds(tree, 4))).toBe(JSON.stringify(together));
  expect(JSON.stringify(simulate(tree))).toBe(JSON.stringify(reports[0]));
  for (const broken of [{ tokenyard: 1 }, {}, null, 3, { ...tree, model: 3 }] as unknown as Parameters<typeof simulate>[0][]) {
    expect(() => simulate(broken)).toThrow(Problems);
    expect(() => simulateSeeds(broken, 2)).toThrow(Problems);
  }
});

test("once the signal is given there is no report", async () => {
  const stopped = { aborted: true, addEventListener: () => {}, removeEventListener: () => {} };
  expect(await seedsReport(tiny, 3, { signal: stopped })).toBe(undefined);
});

test("the text of several seeds shows their means, no finer than their intervals, and what they say of the targets", () => {
  const { estimates } = together.seeds!;
  const text = renderText(simulateSeeds(parseScenario({ ...together.scenario.resolved, targets: { "ttft.mean": "1 ns" } }), 4));
  const { value: found, interval } = estimates["ttftSeconds.mean"]!;
  const mean = found!;
  const [, shown, below, above] = /TTFT +([\d.]+) us[^\n]*\n +−([\d.]+) \+([\d.]+)/.exec(text)!;
  const decimals = shown!.split(".")[1]?.length ?? 0;
  expect(Number(shown)).toBe(Number((1e6 * mean).toFixed(decimals)));
  expect([Number(below), Number(above)]).toEqual(
    [mean - interval!.low, interval!.high! - mean].map((us) => Number((1e6 * us).toFixed(decimals))),
  );
  expect(10 ** -decimals).toBeLessThanOrEqual(1e6 * (mean - interval!.low));
  expect(text).toContain(" · seeds 7 to 10 · ");
  expect(text).toMatch(/✗ ttft\.mean .* missed\n/);
  expect(text).toContain("4 seeds  means over seeds; ± half a 95 % interval");
  expect(text.replaceAll(/\s+/g, " ")).toContain("what happens in fewer than 1 of 2 runs may be missing");
  expect(renderText(reports[0]!)).toContain("· seed 7 ·");
  expect(renderText(reports[0]!)).toContain("One seed  other seeds give other numbers; --replications 8 ");
});

const served = {
  tokenyard: 1,
  seed: 7,
  model: { layers: 1, hiddenSize: 64, attention: { heads: 4, kvHeads: 4, headSize: 16 }, dense: { hiddenSize: 128, matrices: 2 } },
  cluster: {
    gpu: { compute: "1 TFLOPS", bandwidth: "100 GB/s", memory: "1 GB" },
    network: "hgx-h100-ndr",
  },
  workload: { kind: "open", requests: 60, rate: "20000 requests/s", promptTokens: 16, outputTokens: 12 },
};

test.each([
  ["drafts", { serving: { scheduler: "continuous", speculation: { kind: "ngram", tokens: 2, acceptance: { conditional: "50 %" } } } }],
  ["retries", { serving: { scheduler: "continuous" }, retries: { client: { limit: 2, timeout: "300 us", backoff: { first: "50 us" } } } }],
  [
    "copies of caches",
    { serving: { scheduler: "continuous", kv: { blockTokens: 4 } }, checkpoints: { every: 8, to: { kind: "host", bandwidth: "1 GB/s" } } },
  ],
])("what a report says of %s has numbers over seeds too", (_, keys) => {
  const report = simulateSeeds(parseScenario({ ...served, ...keys }), 2);
  expect(renderText(report)).not.toMatch(/(^|\s)–[ :,]/m);
});

test("beside pooled percentiles the longest latency is named as that of a run, and a bound that some seeds break names how many", () => {
  const keys = { ...served, serving: { scheduler: "continuous" } };
  const longest = [7, 8].map((seed) => simulate(parseScenario({ ...keys, seed })).ttftSeconds!.max!);
  const [least, most] = [Math.min(...longest), Math.max(...longest)];
  const bound = (least + 3 * most) / 4; // over the mean of both, and one seed exceeds it
  const report = simulateSeeds(parseScenario({ ...keys, targets: { ttft: `${bound} s` } }), 2);
  const { value } = report.seeds.estimates["ttftSeconds.max"]!;
  expect(value).toBeLessThan(bound);
  expect(value).toBeLessThan(report.seeds.estimates["ttftSeconds.p999"]!.value!); // of 120 requests: the longest
  const text = renderText(report).replaceAll(/\s+/g, " ");
  expect(text).toMatch(/Latency mean p50 p90 p99 max a run /);
  expect(text).toMatch(/✗ ttft .* missed in 1 of 2 seeds/);
  expect(text).toContain(" is wanted in every seed, and 1 of 2 exceeds it.");
  expect(text).toContain("latencies of all of them pooled, max a run and other numbers means over seeds");
  expect(renderText(together)).toMatch(/Latency +mean +p50 +p90 +p99 +max /); // a static batch pools nothing
});
