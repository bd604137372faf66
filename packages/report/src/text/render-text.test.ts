import { fc, test } from "@fast-check/vitest";
import { METRICS, metricOf } from "@tokenyard/scenario";
import { expect } from "vitest";
import { anyRecording } from "../recording/any-recording.contract.ts";
import { largeRecording } from "../recording/large-recording.contract.ts";
import { answered, tiny } from "../recording/tiny-recording.contract.ts";
import { summarize } from "../summary/summarize.ts";
import { renderText } from "./render-text.ts";

const targets = (...pairs: [string, number][]) => pairs.map(([name, value]) => ({ name, metric: metricOf(name)!, value }));
const PLAN_TARGETS = targets(["ttft", 10], ["throughputPerGpu", 100], ["loadVariance", 0.2]);

test("a small run reads like this", () => {
  expect(`\n${renderText(summarize(tiny, PLAN_TARGETS))}`).toMatchInlineSnapshot(`
    "
    tiny · 2 GPUs · seed 7 · uncalibrated roofline
    ────────────────────────────────────────────────────────────────────────────────────────────────────
    Missed (one seed): highest TTFT is longer than any bound (1 of 4 requests are never answered), but
    at most 10 s is wanted; 1 of 3 targets met. The bottleneck is attention: 133 us, 40.0 % of the mean
    TTFT of the answered requests. The rest of this run's mean TTFT is 200 us.

    Targets
      ✗ ttft                      never   ≤ 10 s
      ✓ throughputPerGpu  254 tokens/ms   ≥ 100 tokens/ms   2.54× above
      ✗ loadVariance             43.8 %   ≤ 20 %            2.19× over

    Plan
      1 node · 1 pipeline stage of 2 GPUs · 1 stage of 2 · 1 expert group · 2 tensor groups ·
      all-to-all exchange · 5 USD/h
      1 M parameters (active 600 k) · weights 1.2 MB a GPU · KV 4.1 kB a token
      1.2 MFLOP a token
      3 of 4 requests finished · 1 rejected · 500 prompt and 8 output tokens in 1 ms

    Latency       mean       p50       p90       p99       max    Throughput    tokens/s   tokens/ms/GPU
      TTFT       never    300 us     never     never     never      all            508 k             254
      TPOT       never    300 us     never     never     never      prefill       1.00 M             500
      E2E        never    800 us     never     never     never      decode        6.25 k            3.13
      over all requests, 1 of them never answered: later than any bound ·
      where the time went is of the others

    Cost     0.00273 USD a million tokens · 0.00278 of input alone · 0.174 of output alone ·
             <0.000001 GPU h
    Energy   2.36 mJ a token · 150 mJ an output token · 400 W a GPU · 0.197 g CO2e a million tokens

    Where the time went    TTFT 333 us        TPOT 250 us        prefill lanes      decode lanes
      compute  attention    133 us ███▎        150 us ████▊       43.8 % ███▌        41.7 % ███▍
               experts     66.7 us █▋                             18.8 % █▌
               waiting                                            18.8 % █▌           8.3 % ▋
               idle                                               18.8 % █▌          50.0 % ████
      network  dispatch    33.3 us ▊          50.0 us █▋          25.0 % ██          25.0 % ██
               waiting                                             6.3 % ▌            8.3 % ▋
               idle                                               68.8 % █████▌      58.3 % ████▋
               lost                                                                   8.3 % ▋
      unused   waiting     50.0 us █▎         50.0 us █▋
               queue       50.0 us █▎
      of peak  compute 20.0 % · memory bandwidth 50.0 % · node links 10.0 % · fabric 0 %
      bubbles  25.0 % of the compute lanes, between a stage's first and last op

    Load variance   mean      p99      max  max/mean   dropped    Memory         8 MB on the fullest GPU
      prefill     43.8 %   75.0 %   75.0 %     1.44×     5.0 %      weights   1.20 MB ██▎
      by rank     25.0 %   37.5 %   37.5 %     1.50×                KV        2.00 MB ███▊
      copies by expert, layer 3  █▂                                 workspace  800 kB █▌
                                                                    reserved  4.00 MB 50.0 %
                                                                    used      3.20 MB 40.0 %
      ranks      █▁  load variance of each layer in prefill, up to 25.0 %
      waited for the slowest rank: prefill 20.0 us (100 % rank 1)

    Warnings
      ! size-slip: the declared size is not what the sizes give
      ! requests-unfinished: 1 of 4 requests did not finish: 1 rejected, 0 failed, 0 still open
      ! copies-dropped: 5.0 % of the copies in prefill exceed their expert's capacity and are dropped

    Assumed  cluster.network none, cluster.gpu.launch none (0 us to 4 us)
    One seed  other seeds give other numbers; --replications 8 shows by how much
    "
  `);
});

test("a steady decode says how many sequences it has, one or several", () => {
  const report = summarize(tiny);
  const textOf = (decoding: number, finished: number) =>
    renderText({ ...report, requests: { ...report.requests, arrived: decoding + finished, finished, decoding } });
  expect(textOf(1, 1)).toContain("1 sequence decodes · 1 ended and was replaced");
  expect(textOf(8, 0)).toContain("8 sequences decode · 0 ended and were replaced");
});

test("requests that finished are as coarse as those that arrived, where seeds differ in both", () => {
  const report = summarize(answered);
  const estimate = { count: 2, value: 7176, standardDeviation: 60, interval: { low: 6600, high: 7752 } };
  const estimates = { "requests.arrived": estimate, "requests.finished": estimate };
  const seeds = { count: 2, estimates, warnings: [], growth: null } as unknown as NonNullable<typeof report.seeds>;
  expect(renderText({ ...report, seeds })).toContain("7,200 of 7,200 requests finished");
});

test("a plan of 512 GPUs fits on a screen of 56 lines", () => {
  const report = summarize(largeRecording(), PLAN_TARGETS);
  expect(renderText(report).split("\n").length).toBeLessThanOrEqual(56);
  for (const width of [80, 100, 120]) {
    for (const line of renderText(report, { width }).split("\n")) expect(line.length).toBeLessThanOrEqual(width);
  }
});

test.prop([anyRecording, fc.subarray([...METRICS]), fc.double({ min: 0, max: 1e4, noNaN: true })])(
  "a text names no NaN, no undefined, no infinity and no exponent",
  (recording, metrics, value) => {
    const report = summarize(
      recording,
      metrics.map((metric) => ({ name: metric.name, metric, value })),
    );
    expect(renderText(report)).not.toMatch(/NaN|undefined|Infinity|null|\[object|\de[+-]\d/);
  },
);

test.prop([anyRecording, fc.integer({ min: 80, max: 200 }), fc.boolean()])(
  "no line is wider than the page or ends in a space",
  (recording, width, colour) => {
    const text = renderText(summarize(recording, PLAN_TARGETS), { width, colour });
    expect(text.endsWith("\n")).toBe(true);
    for (const line of plain(text).split("\n")) {
      expect(line.length).toBeLessThanOrEqual(width);
      if (!colour) expect(line.trimEnd()).toBe(line);
    }
  },
);

test.prop([anyRecording])("colour changes no character", (recording) => {
  const report = summarize(recording, PLAN_TARGETS);
  const trimmed = (text: string) => text.split("\n").map((line) => line.trimEnd());
  expect(trimmed(plain(renderText(report, { colour: true })))).toEqual(trimmed(renderText(report)));
});

test.prop([anyRecording])("the same report gives the same bytes, also after a trip through JSON", (recording) => {
  const report = summarize(recording, PLAN_TARGETS);
  expect(renderText(JSON.parse(JSON.stringify(report)))).toBe(renderText(report));
});

test("a target shows by how much it is met or missed, in percent when it is close", () => {
  const text = renderText(
    summarize(answered, targets(["ttft", 0.0005], ["throughputPerGpu", 260], ["tpot.mean", 0.001], ["e2e.max", 0.00045])),
  );
  expect(text).toMatch(/✓ ttft .* 500 us +≤ 500 us +exactly/);
  expect(text).toMatch(/✗ throughputPerGpu +254 tokens\/ms +≥ 260 tokens\/ms +2\.3 % short/); // 1 − 254 / 260
  expect(text).toMatch(/✓ tpot\.mean +250 us +≤ 1 ms +4\.00× below/);
  expect(text).toMatch(/✗ e2e\.max +900 us +≤ 450 us +2\.00× over/);
});

test("a name that would steer the terminal is shown without its control characters", () => {
  const report = summarize({ ...tiny, scenario: { ...tiny.scenario, name: "\u001b[31mred\u0007" } });
  const text = renderText(report);
  expect(text.startsWith("\ufffd[31mred\ufffd · 2 GPUs")).toBe(true);
  expect(text).not.toMatch(/[^\P{Cc}\n]/u);
});

/** The text without its escape codes. */
function plain(text: string): string {
  return text
    .split("\u001b[")
    .map((part, at) => (at === 0 ? part : part.slice(part.indexOf("m") + 1)))
    .join("");
}
