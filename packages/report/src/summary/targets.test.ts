import { fc, test } from "@fast-check/vitest";
import { METRICS, metricOf, metricPaths } from "@tokenyard/scenario";
import { expect } from "vitest";
import { anyRecording } from "../recording/any-recording.contract.ts";
import { loaded } from "../recording/loaded-recording.contract.ts";
import { REBALANCES } from "../recording/rebalances.contract.ts";
import { answered, tiny } from "../recording/tiny-recording.contract.ts";
import { Histogram } from "../statistics/histogram.ts";
import { summarize } from "./summarize.ts";
import { metricValue } from "./targets.ts";

const tinyReport = summarize(answered);
const tinyValue = (name: string) => metricValue(tinyReport, metricOf(name)!);

test("a metric is found by its name or its path, in the report's unit", () => {
  expect(tinyValue("ttft")).toBe(500e-6); // bare: the max
  expect(tinyValue("ttft.p50")).toBe(300e-6);
  expect(tinyValue("throughputPerGpu")).toBe(254);
  expect(tinyValue("loadVariance")).toBe(0.4375);
  expect(tinyValue("cost")).toBe(5);
  expect(tinyValue("droppedShare")).toBe(0.05); // 50 / 1000
  expect(tinyValue("balance.expert.prefill.perLayer.1.copies")).toBe(500);
});

test("a metric without a value is null: an empty phase, a ratio to nothing, a path that leads nowhere or to no number", () => {
  expect(tinyValue("balance.expert.decode.loadVariance.mean")).toBeNull();
  expect(metricValue(summarize({ ...tiny, costUsdPerHour: null }), metricOf("cost")!)).toBeNull();
  expect(metricValue(tinyReport, { path: "tokens.dropped / requests.failed" })).toBeNull();
  expect(metricValue(tinyReport, { path: "tokens.toString" })).toBeNull();
  expect(metricValue(tinyReport, { path: "scenario.name" })).toBeNull();
});

test("less is met from below and more from above, the target itself included", () => {
  const met = (name: string, value: number) => summarize(answered, [{ name, metric: metricOf(name)!, value }]).targets[0]!.met;
  expect([met("ttft", 499e-6), met("ttft", 500e-6), met("ttft", 501e-6)]).toEqual([false, true, true]);
  expect([met("throughputPerGpu", 253), met("throughputPerGpu", 254), met("throughputPerGpu", 255)]).toEqual([true, true, false]);
});

test("a target whose metric has no value is not met", () => {
  const metric = metricOf("balance.expert.decode.loadVariance.mean")!;
  const [outcome] = summarize(tiny, [{ name: metric.name, metric, value: 1 }]).targets;
  expect(outcome).toEqual({ name: metric.name, metric: metric.path, target: 1, actual: null, met: false });
});

test.prop([anyRecording, fc.constantFrom(...METRICS), fc.double({ min: 0, max: 1e3, noNaN: true })])(
  "every metric can be a target of every run",
  (recording, metric, value) => {
    const [outcome] = summarize(recording, [{ name: metric.name, metric, value }]).targets;
    expect(outcome!.met).toBe(outcome!.actual !== null && (metric.better === "less" ? outcome!.actual <= value : outcome!.actual >= value));
  },
);

function histogramOf(...values: number[]) {
  const histogram = new Histogram();
  for (const value of values) histogram.add(value, 1);
  return histogram.columns();
}

/** Paths of all numbers in a tree. */
function numberPaths(tree: unknown, path: string): string[] {
  if (typeof tree === "number") return [path];
  if (typeof tree !== "object" || tree === null) return [];
  return Object.entries(tree).flatMap(([key, value]) => numberPaths(value, path === "" ? key : `${path}.${key}`));
}

test("every number of a report is a metric, and every metric with a fixed path is a number of a report", () => {
  const host = { blocks: 40, keptBlocks: 30, evictions: 5, hitTokens: 40, loads: 2, loadNs: 3e6 };
  const unanswered = { requests: 0, withGaps: 0 };
  const classes = loaded.served!.classes!.map((each) => ({ ...each, unanswered }));
  const served = {
    ...loaded.served!,
    unanswered,
    classes,
    cache: { ...loaded.served!.cache!, broughtTokens: 12, prefix: { hits: 7, keptBlocks: 9, host } },
  };
  const plan = { ...tiny.plan, declaredParameters: 1e6, requestBytes: 4096, interleave: 2, contextRanks: 2 };
  const ns = histogramOf(1e6, 3e6);
  const transfers = { bytes: 1e6, ns, waitNs: ns };
  const routing = {
    ...tiny.routing[0],
    capacityFactor: 1.5,
    batches: { microBatches: 1, routed: new Float64Array(10).fill(100), dropped: new Float64Array(10).fill(6) },
    kept: 920,
    reroutedPerLayer: Float64Array.of(10, 10),
    maskedPerLayer: Float64Array.of(5, 5),
  };
  const covered = { all: 4, covered: 2, mostMissing: 1 };
  const fault = {
    kind: "gpu-lost",
    atNs: 1e6,
    detectedNs: 2e6,
    detectedBy: "exit",
    resumedNs: 3e6,
    openUntilNs: 0,
    ranks: [0],
    ranksLost: 1,
    ranksSlowed: 0,
    failed: 1,
    requeued: 0,
    migrated: 0,
    tokensRecomputed: 0,
    kvBytesLost: 0,
    expertsMissing: 0,
    degradedTokens: 0,
  };
  const checkpoints = {
    copiedTokens: 64,
    copiedBytes: 1e6,
    fabricBytes: 0,
    nodeBytes: 1e6,
    busiestLinkNs: 1e5,
    restored: { requests: 1, tokens: 32, ns: 1e5 },
  };
  const retries = {
    attempts: 12,
    byClient: 1,
    byRouter: 1,
    refused: 1,
    failed: 1,
    timedOut: 0,
    wastedPromptTokens: 10,
    wastedOutputTokens: 2,
    answeredTokens: 100,
    bucketNs: 1e6,
    attemptsIn: Float64Array.of(10, 2),
    wastedTokensIn: Float64Array.of(0, 12),
    breakers: { opened: 1, openNs: 1e6 },
  };
  const broken = {
    faults: [fault],
    checkpoints,
    speculation: {
      kind: "mtp",
      drafts: 2,
      tree: { width: 2, verified: 4 },
      steps: 10,
      drafted: 20,
      accepted: [8, 4],
      decodeSteps: 12,
      tokens: 24,
    },
    retries,
    coverage: { ranks: covered, nodes: covered },
    downNs: new Float64Array(loaded.lostNs.length),
  };
  const windows = { microBatches: 100, expert: histogramOf(0.5), rank: histogramOf(0.25) };
  const traffic = {
    sameRank: 1,
    nodes: Float64Array.of(2, 1, 1, 2),
    hottest: [{ from: 0, to: 1, bytes: 1 }],
    looked: 8,
    crossed: 4,
    crossedAware: 2,
  };
  const expertCache = {
    hits: 6,
    misses: 4,
    loads: 3,
    bytes: 3e6,
    onHost: 1,
    waitNs: 5e6,
    prefetch: { guesses: 9, right: 8, ahead: 1, bytes: 2e6, wastedBytes: 1e6 },
  };
  const slowestNs = Float64Array.of(0, 0, 10, 10);
  const steady = summarize({ ...loaded, served: { ...served, decoding: 1 }, plan }).requests; // which have no goodput, and sequences that go on
  const full = summarize({
    ...loaded,
    ...broken,
    served,
    plan,
    rebalances: REBALANCES,
    windows,
    traffic,
    expertCache,
    law: { standardError: 0.001, check: { passes: 24, mean: -0.0005, standardError: 0.001 } },
    slowestNs,
    work: { ...loaded.work, kernels: { seconds: 2, insideSeconds: 1 }, traffic: { seconds: 2, insideSeconds: 1 } },
    routing: [routing, routing],
    transfers,
    pools: [],
    metric: { cacheHits: 6, cacheHitsAtMost: 8 },
  });
  const { tokenyard, scenario, conclusion, targets, warnings, assumed, ...facts } = full;
  const numbers = [...numberPaths(facts, ""), ...numberPaths({ decoding: steady.decoding }, "requests")].filter(
    (path) => !path.endsWith(".unanswered"),
  ); // a count beside a metric, only where there are any
  expect(
    numbers.filter((path) => !/\.(layer|slowestRank|from|to|position)$|\.leastEven\./.test(path) && metricOf(path) === undefined),
  ).toEqual([]);
  expect(metricPaths().filter((path) => !numbers.includes(path))).toEqual([]);
});
