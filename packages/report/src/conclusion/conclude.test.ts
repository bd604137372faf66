import { fc, test } from "@fast-check/vitest";
import { METRICS, metricOf } from "@tokenyard/scenario";
import { expect } from "vitest";
import { anyRecording } from "../recording/any-recording.contract.ts";
import { largeRecording } from "../recording/large-recording.contract.ts";
import { answered, tiny } from "../recording/tiny-recording.contract.ts";
import type { Report } from "../schema/report.ts";
import { summarize } from "../summary/summarize.ts";
import { Numbers } from "../text/numbers.ts";
import { measured } from "../text/quantity.ts";
import { withConclusion } from "./conclude.ts";
import { metricWords } from "./metric-words.ts";

const targets = (...pairs: [string, number][]) => pairs.map(([name, value]) => ({ name, metric: metricOf(name)!, value }));
const conclude = (...pairs: [string, number][]) => summarize(answered, targets(...pairs)).conclusion;

test("targets that are met: the closest is named, with what was wanted", () => {
  const { verdict, target, sentences } = conclude(["ttft", 0.0006], ["tpot.mean", 0.001]); // 500 of 600 us; 250 us of 1 ms
  expect([verdict, target]).toEqual(["met", "ttft"]);
  expect(sentences[0]).toBe("Met (one seed): all 2 targets; the closest is highest TTFT, 500 us, and at most 600 us is wanted.");
});

test("targets that are missed: the one missed by the largest factor decides", () => {
  const { verdict, target, sentences } = conclude(["ttft", 0.0004], ["throughputPerGpu", 1016], ["e2e", 1]); // 1.25× over; 4× short; met
  expect([verdict, target]).toEqual(["missed", "throughputPerGpu"]);
  expect(sentences[0]).toBe(
    "Missed (one seed): throughput per GPU is 254 tokens/ms, but at least 1,016 tokens/ms is wanted; 1 of 3 targets met.",
  );
});

test("a share that should be large is judged by what it lacks to the whole", () => {
  const attained = { ...summarize(answered, targets(["ttft", 0.0006], ["attainment", 0.99])), attainment: { all: 1 } };
  const report = { ...attained, targets: attained.targets.map((each) => ({ ...each, actual: 1, met: true })) };
  expect(withConclusion(report).conclusion.target).toBe("ttft"); // 1.01× the target, but no request is lacking
});

test("a latency names the largest part of its critical path, and the rest of the mean, which is no bound", () => {
  const { bottleneck, sentences } = conclude(["ttft", 0.0004]);
  const { breakdown } = summarize(answered);
  const [part, seconds] = Object.entries(breakdown.ttft!).toSorted(([, a], [, b]) => b - a)[0]!;
  const mean = Object.values(breakdown.ttft!).reduce((sum, each) => sum + each, 0);
  expect(bottleneck).toEqual({
    part: `breakdown.ttft.${part}`,
    of: "ttftSeconds.mean",
    share: seconds / mean,
    rest: expect.closeTo(mean - seconds, 12),
    atBest: null,
  });
  expect(sentences.slice(1)).toEqual([
    "The bottleneck is attention: 133 us, 40.0 % of the mean TTFT.", // 400 of 1000 us of three requests
    "The rest of this run's mean TTFT is 200 us.",
  ]);
});

test("an overload is the load's where nothing was out, and no value is none", () => {
  const report = summarize(answered, targets(["ttft", 0.0004]));
  const opening = (changes: object) => withConclusion({ ...report, ...changes } as Report).conclusion.sentences[0];
  const warnings = [{ code: "overload", message: "" }];
  const events = (outageSeconds: number) => ({ ...report.faults, events: [{ kind: "gpu-lost", atSeconds: 1, outageSeconds }] });
  expect(opening({ warnings })).toContain("wanted, while requests arrive faster than they are served.");
  expect(opening({ warnings, faults: events(0) })).toContain("while requests arrive faster");
  expect(opening({ warnings, faults: events(450) })).not.toContain("faster");
  const [target] = report.targets;
  const none = { targets: [{ ...target, name: "tpot", metric: "tpotSeconds.max", actual: null, met: false }], tpotSeconds: null };
  expect(opening(none)).toBe("Missed (one seed): highest TPOT is without a value, but at most 400 us is wanted.");
});

test("a queue that is mostly the engine's front end says so: no request waits for another there", () => {
  const report = summarize(answered, targets(["ttft", 0.0004]));
  const { prompt } = report.tokens;
  const at = (stepOverhead: object, queue: number) => {
    const resolved = { ...(report.scenario.resolved as object), serving: { stepOverhead } };
    const ttft = { attention: 0.0001, queue };
    return withConclusion({ ...report, scenario: { ...report.scenario, resolved }, breakdown: { ...report.breakdown, ttft } } as Report)
      .conclusion.sentences[1];
  };
  const share = (queue: number) => `the queue: ${queue * 1000} ms, 99.9 % of the mean TTFT`;
  expect(at({ arrival: "145 ms" }, 0.15)).toBe(`The bottleneck is ${share(0.15)}; 145 ms of it are spent before the scheduler.`);
  const perToken = `${(0.1 * report.requests.finished) / prompt} s`; // 100 ms of a mean prompt
  expect(at({ arrival: "45 ms", arrivalToken: perToken }, 0.15)).toContain("; 145 ms of it are spent before the scheduler.");
  expect(at({ arrival: "145 ms" }, 0.3)).toBe(`The bottleneck is the queue: 300 ms, 100 % of the mean TTFT.`);
});

test("a batch whose pipeline is mostly empty names bubbles, and a bound on the throughput without them", () => {
  const report = summarize({ ...answered, bubble: { idleNs: 900, spanNs: 1000 } }, targets(["throughputPerGpu", 1016]));
  expect(report.conclusion.bottleneck).toEqual({
    part: "bubbleShare",
    of: "throughput.tokensPerMsPerGpu",
    share: 0.9,
    rest: null,
    atBest: expect.closeTo(2540, 9), // 254 / (1 − 0.9)
  });
  expect(report.conclusion.sentences.slice(1)).toEqual([
    "The bottleneck is bubbles: compute lanes are idle for 90.0 % of the time between a stage's first and last op.",
    "Without them, throughput per GPU would be at most 2,540 tokens/ms.",
  ]);
});

test("a target that time does not explain has no bottleneck of its own", () => {
  const { sentences } = conclude(["loadVariance", 0.2]);
  expect(sentences[1]).toMatch(/^Most time goes to /);
});

test("requests that are never answered are said to be so", () => {
  const { sentences } = summarize(tiny, targets(["ttft", 10])).conclusion;
  expect(sentences[0]).toBe(
    "Missed (one seed): highest TTFT is longer than any bound (1 of 4 requests are never answered), but at most 10 s is wanted.",
  );
  expect(sentences[1]).toMatch(/of the mean TTFT of the answered requests\.$/);
});

test("an outage without end is named before any that ended, however long", () => {
  const event = {
    kind: "gpu-lost",
    atSeconds: 60,
    detectedAtSeconds: 61,
    detectedBy: "heartbeat",
    resumedAtSeconds: 70,
    outageSeconds: 10,
  };
  const endless = { ...event, kind: "process-hang", atSeconds: 30, resumedAtSeconds: null, outageSeconds: null, endless: true };
  const report = summarize(tiny, targets(["ttft", 10]));
  const second = (events: readonly object[]) =>
    withConclusion({ ...report, requests: { ...report.requests, failed: 2 }, faults: { events } } as unknown as Report).conclusion
      .sentences[1];
  expect(second([event])).toBe("The longest outage is that of gpu-lost at 60 s: 10 s; 2 requests failed.");
  expect(second([event, endless])).toBe("The outage of process-hang at 30 s does not end; 2 requests failed.");
});

test("without targets the conclusion says so, and gives the headline numbers", () => {
  expect(summarize(answered).conclusion).toMatchObject({ verdict: "no-targets", target: null });
  expect(summarize(answered).conclusion.sentences[0]).toBe(
    "No targets are set: the mean TTFT is 333 us and the mean TPOT 250 us, at 254 tokens/ms per GPU.",
  );
});

test("a target that several seeds do not decide is not enough evidence, unless another one is missed", () => {
  const report = summarize(answered, targets(["ttft", 0.0004], ["e2e", 1]));
  const seeds = (verdict: "not-enough-evidence" | "missed"): NonNullable<Report["seeds"]> => ({
    count: 8,
    first: 7,
    estimates: {},
    growth: null,
    warnings: [],
    targets: report.targets.map(({ name, metric }, at) => ({ name, metric, met: 4, verdict: at === 0 ? verdict : "met" })),
  });
  expect(withConclusion({ ...report, seeds: seeds("not-enough-evidence") }).conclusion).toMatchObject({
    verdict: "not-enough-evidence",
    target: "ttft",
  });
  expect(withConclusion({ ...report, seeds: seeds("missed") }).conclusion.verdict).toBe("missed");
  const neither = seeds("not-enough-evidence");
  const open = neither.targets.map((each) => ({ ...each, verdict: "not-enough-evidence" as const }));
  expect(withConclusion({ ...report, seeds: { ...neither, targets: open } }).conclusion.sentences[0]).toMatch(
    /includes both; 0 of 2 targets met, 1 more not decided\.$/,
  );
});

test.each([
  ["ttft", "highest TTFT"],
  ["e2e.p99", "p99 E2E latency"],
  ["queue.mean", "mean queue time"],
  ["throughputPerGpu", "throughput per GPU"],
  ["costPerMillionOutputTokens", "cost per million output tokens"],
  ["memory.peak", "memory peak"],
  ["balance.expert.decode.loadVariance.mean", "balance.expert.decode.loadVariance.mean"],
])("%s reads as %s", (name, words) => expect(metricWords(name)).toBe(words));

const anyTargets = fc.array(fc.tuple(fc.constantFrom(...METRICS), fc.double({ min: 0, max: 1e4, noNaN: true })), { maxLength: 5 });
const drawn = fc
  .tuple(fc.oneof(anyRecording, fc.constant(largeRecording())), anyTargets)
  .map(([recording, all]) => summarize(recording, targets(...all.map(([{ name }, value]): [string, number] => [name, value]))));

test.prop([drawn], { numRuns: drawnCases(40) })("every number of a conclusion is in its report", (report) => {
  const known = new Set(["p50", "p90", "p95", "p99", "p999"].map((name) => name.slice(1)));
  const put = (value: number) => {
    for (const unit of ["s", "%", "tokens/ms", "tokens/s", "requests/s", "B", "J", "W", "g", "USD", "USD/h", ""]) {
      for (const token of tokens(measured(value, unit))) known.add(token);
    }
    for (const token of tokens(String(value))) known.add(token);
  };
  const counts = [report.targets.length, report.targets.filter(({ met }) => met).length];
  for (const value of [...leaves(report), ...counts]) put(value);
  for (const { offered } of report.targets) if (offered === true) put(report.targets.filter((each) => each.offered === true).length);
  for (const { metric } of report.targets) put(new Numbers(report).value(metric) ?? 0); // ratios of two numbers of the report
  for (const sentence of report.conclusion.sentences) for (const token of tokens(sentence)) expect(known, sentence).toContain(token);
});

test.prop([drawn])("a bottleneck's part and what is left without it are the whole", ({ conclusion, ...report }) => {
  const { bottleneck } = conclusion;
  if (bottleneck === null) return;
  const numbers = new Numbers(report);
  if (bottleneck.part === "bubbleShare") {
    expect(bottleneck.atBest! * (1 - bottleneck.share)).toBeCloseTo(numbers.value(bottleneck.of)!, 9);
    return;
  }
  const part = numbers.value(bottleneck.part)!;
  expect(bottleneck.share * (part + bottleneck.rest!)).toBeCloseTo(part, 9);
  const siblings = Object.values(bottleneck.of.startsWith("ttft") ? report.breakdown.ttft! : report.breakdown.tpot!);
  expect(Math.max(...siblings)).toBe(part);
});

test.prop([drawn])("a conclusion has at most three sentences, and its verdict is that of its targets", ({ conclusion, targets: all }) => {
  expect(conclusion.sentences.length).toBeLessThanOrEqual(3);
  for (const sentence of conclusion.sentences) expect(sentence).toMatch(/^[A-Z].*\.$/);
  expect(conclusion.verdict === "no-targets").toBe(all.length === 0);
  expect(conclusion.verdict === "met").toBe(all.length > 0 && all.every(({ met }) => met));
  expect(conclusion.verdict === "missed").toBe(all.some(({ met, offered }) => !met && offered !== true));
});

/** Digits with the point and commas between them. */
function tokens(text: string): string[] {
  return (text.match(/\d+(?:,\d{3})*(?:\.\d+)?/g) ?? []).map((token) => token.replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, ""));
}

/** All numbers of a tree. */
function leaves(tree: unknown): number[] {
  if (typeof tree === "number") return [tree];
  return typeof tree === "object" && tree !== null ? Object.values(tree).flatMap(leaves) : [];
}
