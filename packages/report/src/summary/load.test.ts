import { expect, test } from "vitest";
import { loaded } from "../recording/loaded-recording.contract.ts";
import type { CacheFacts, LevelColumns } from "../recording/served.ts";
import { tiny } from "../recording/tiny-recording.contract.ts";
import { renderText } from "../text/render-text.ts";
import { withoutDrain } from "./drain.ts";
import { overloadWarnings } from "./overload.ts";
import { summarize } from "./summarize.ts";

const report = summarize(loaded);

test("a batch that was dealt out before it ran has no queue, no goodput and no levels", () => {
  const { queueSeconds, prefillSeconds, itlSeconds, goodput, attainment, classes, kv, levels } = summarize(tiny);
  expect([queueSeconds, prefillSeconds, itlSeconds, goodput, attainment, classes, kv, levels]).toEqual(Array(8).fill(null));
});

test("goodput is what met every target over the horizon, attainment its share of all that ended", () => {
  expect(report.goodput).toEqual({ requestsPerSecond: 1000, outputTokensPerSecond: 4000 }); // 1 request and 4 tokens in 1 ms
  expect(report.attainment).toEqual({ ttft: 0.5, tpot: 0.25, all: 0.25 }); // of 4
  expect(report.classes![1]).toMatchObject({ name: "long", attainment: { ttft: 0.5, all: 0.5 } });
});

test("by hand: where the latencies of some do not count, these met their targets as often as the others", () => {
  const { requestsPerSecond, outputTokensPerSecond } = summarize({ ...loaded, served: { ...loaded.served!, arrived: 8 } }).goodput!;
  expect([requestsPerSecond, outputTokensPerSecond]).toEqual([2000, 8000]); // of 8 requests 4 count, of which one met all with 4 tokens: 2 and 8 in 1 ms
});

test("goodput and throughput leave out the drain: what is computed after the last request has come is under no steady load", () => {
  const served = loaded.served!;
  // requests come for 0.8 of the horizon of 1 ms; 500 tokens are computed in its first half, 100 in the other, of which 0.3 / 0.5 until then
  const come = { ...served.levels!, tokens: Float64Array.of(500, 100, 0), lastArrivalNs: 800_000 };
  const { goodput, throughput } = summarize({ ...loaded, served: { ...served, levels: come } });
  const factor = ((500 + 60) / 600) * (1 / 0.8);
  expect(goodput!.requestsPerSecond).toBeCloseTo(1000 * factor, 6);
  expect(throughput.requestsPerSecond).toBeCloseTo(served.finished * 1000 * factor, 6);
  expect(report.throughput.requestsPerSecond).toBe(served.finished * 1000); // all come in the first tenth: no steady load
});

test("by hand: a run that lasts just twice as long as requests come still has a drain, and its last bucket may be shorter", () => {
  const served = loaded.served!;
  const come = { ...served.levels!, tokens: Float64Array.of(500, 100, 0), lastArrivalNs: 500_000 };
  const { throughput } = summarize({ ...loaded, served: { ...served, levels: come } });
  expect(throughput.requestsPerSecond).toBeCloseTo((served.finished * 1000 * (500 / 600)) / 0.5, 6);
  const longer = { ...served.levels!, runningNs: Float64Array.of(0, 0, 250_000), blocksNs: Float64Array.of(0, 0, 1_250_000) };
  const { running, kvShare } = summarize({ ...loaded, horizonNs: 1_250_000, served: { ...served, levels: longer } }).levels!;
  expect([running, kvShare]).toEqual([
    [0, 0, 1],
    [0, 0, 0.5], // 1,250,000 / 250,000 / 10
  ]);
});

test("by hand: where the last arrival is in the last bucket, a part of that bucket's own length has passed", () => {
  // 1,000 us in buckets of 400 us: the last has 200 us, of which three quarters until the last arrival at 950 us
  const come = { ...loaded.served!.levels!, bucketNs: 400_000, tokens: Float64Array.of(200, 200, 300), lastArrivalNs: 950_000 };
  expect(withoutDrain(come, 1_000_000)).toBeCloseTo((200 + 200 + 225) / 700 / 0.95, 12);
});

test("a run that ends with a bucket, and with the arrival of a request that is rejected, has no drain", () => {
  const served = loaded.served!;
  const come = { ...served.levels!, tokens: Float64Array.of(500, 100, 0), lastArrivalNs: 1_000_000 };
  expect(summarize({ ...loaded, served: { ...served, levels: come } }).throughput.requestsPerSecond).toBe(served.finished * 1000);
});

test("levels are means over their bucket, and the cache's share is over the whole run", () => {
  expect(report.levels).toEqual({
    bucketSeconds: 500e-6,
    running: [1, 2],
    waiting: [0.5, 0],
    kvShare: [0.4, 0.6], // 2,000,000 / 500,000 / 10
    tokensPerPass: [250, 2],
    tokensPerSecond: [1e6, 16_000],
  });
  expect(report.kv).toMatchObject({ meanShare: 0.5, peakShare: 0.8, hitShare: 0.25 });
});

test("the page shows queue, goodput, classes and the cache, and nothing of them where there are none", () => {
  const text = renderText(report);
  for (const word of ["queue", "ITL", "goodput", "preemptions", "running", "short", "long"]) expect(text).toContain(word);
  expect(renderText(summarize(tiny))).not.toContain("goodput");
});

test("a prefix cache reports what it found and keeps, and its host what came from there; without one the report says nothing of it", () => {
  const { served } = loaded;
  const host = { blocks: 40, keptBlocks: 30, evictions: 5, hitTokens: 40, loads: 2, loadNs: 3e6 };
  const withCache = (prefix: object) =>
    summarize({ ...loaded, served: { ...served!, cache: { ...served!.cache!, prefix } as CacheFacts } });
  const both = withCache({ hits: 7, keptBlocks: 9, host });
  expect(both.kv).toMatchObject({ hitTokens: 100, hitShare: 0.25, evictions: 3 });
  expect(both.kv!.prefix).toEqual({
    hits: 7,
    keptBlocks: 9,
    host: { blocks: 40, keptBlocks: 30, evictions: 5, hitTokens: 40, hitShare: 0.1, loads: 2, meanLoadSeconds: 1.5e-3 },
  });
  expect(renderText(both)).toContain("  prefix   25.0 % of the prompts cached, for 7 requests · 9.00 blocks kept · 3 evictions");
  expect(renderText(both)).toContain("  host     40.0 blocks: 10.0 % of the prompts from there · 2 loads of 1.50 ms · 5 evictions");
  expect(renderText(withCache({ hits: 7, keptBlocks: 9 }))).not.toContain("  host ");
  expect(report.kv).not.toHaveProperty("prefix");
  expect(renderText(report)).not.toContain("  prefix ");
});

const levels = (waiting: (bucket: number) => number) => ({
  ...loaded.served!.levels!,
  bucketNs: 1000,
  waitingNs: Float64Array.from({ length: 100 }, (_, bucket) => 1000 * waiting(bucket)),
  lastArrivalNs: 100_000,
});

test("a queue that grows with time is an overload; one that is long, or goes up and down, is none", () => {
  expect(
    overloadWarnings(
      levels((bucket) => 2 * bucket),
      110_000,
    ).map(({ code }) => code),
  ).toEqual(["overload"]);
  expect(
    overloadWarnings(
      levels(() => 500),
      110_000,
    ),
  ).toEqual([]);
  expect(
    overloadWarnings(
      levels((bucket) => 100 + 50 * (Math.floor(bucket / 7) % 2)),
      110_000,
    ),
  ).toEqual([]);
  expect(
    overloadWarnings(
      levels((bucket) => bucket / 50),
      110_000,
    ),
  ).toEqual([]); // never more than two wait
  expect(overloadWarnings(undefined, 110_000)).toEqual([]);
});

test("by hand: a queue that stopped growing, or grew in its last quarter alone, is no overload", () => {
  const seen = (...quarters: readonly number[]) =>
    overloadWarnings(
      levels((bucket) => quarters[Math.floor(bucket / 25)] ?? 0),
      110_000,
    ).length;
  expect(seen(10, 20, 23, 26.45)).toBe(1); // by 1.15 twice
  expect(seen(10, 20, 40, 40)).toBe(0);
  expect(seen(10, 20, 40, 45)).toBe(0); // by 1.125 at last
  expect(seen(10, 20, 20, 40)).toBe(0);
  expect(seen(1, 2, 4, 9.9)).toBe(0); // fewer than ten wait
  expect(seen(1, 2, 4, 10)).toBe(1);
});

test("a queue that lasts long after the last arrival is an overload, however few buckets that is; not in a closed loop", () => {
  const within = (buckets: number, waiting: (bucket: number) => number) => ({ ...levels(waiting), lastArrivalNs: buckets * 1000 });
  const codes = (columns: LevelColumns) => overloadWarnings(columns, 110_000).map(({ code }) => code);
  expect(codes(within(3, () => 500))).toEqual(["overload"]);
  expect(codes(within(60, (bucket) => (bucket <= 66 ? 10 : 0)))).toEqual(["overload"]);
  expect(codes(within(60, (bucket) => (bucket < 66 ? 10 : 0)))).toEqual([]);
  // 11 us after the start, a tenth of 10 us after the last arrival, is in the fourth bucket of 3 us
  const coarse = { ...within(10, () => 0), bucketNs: 3000, waitingNs: Float64Array.of(0, 0, 0, 10 * 3000, 0) };
  expect(codes(coarse)).toEqual(["overload"]);
  expect(codes({ ...within(80, () => 500), waitForAnswers: "all" as const })).toEqual([]);
});

test("sessions begin too fast when the queue grows until the last begins; one that later turns leave is none", () => {
  const turns = (waiting: (bucket: number) => number, lastArrivalNs: number) => ({
    ...levels(waiting),
    lastArrivalNs,
    waitForAnswers: "turns" as const,
  });
  const seen = (columns: LevelColumns) => overloadWarnings(columns, 100_000).map(({ code, message }) => [code, message.slice(0, 18)]);
  expect(seen(turns((bucket) => bucket, 60_000))).toEqual([["overload", "the queue still gr"]]);
  expect(seen(turns(() => 50, 60_000))).toEqual([]);
  expect(seen(turns(() => 0, 2_000))).toEqual([["burst", "sessions begin for"]]);
});

test("after an outage a queue that grew is not blamed on the load", () => {
  const growing = levels((bucket) => bucket);
  const message = (hasOutage: boolean) => overloadWarnings(growing, 110_000, hasOutage)[0]!.message;
  expect(message(false)).toContain("requests arrive faster than they are served");
  expect(message(true)).toContain("a replica was out meanwhile");
  expect(message(true)).not.toContain("faster");
});

test("a load is a burst when the house takes longer to empty than requests come; a batch, which comes at once, is none", () => {
  const quiet = (lastArrivalNs: number) => ({ ...levels(() => 0), lastArrivalNs });
  expect(overloadWarnings(quiet(40_000), 80_001).map(({ code }) => code)).toEqual(["burst"]);
  expect(overloadWarnings(quiet(40_000), 80_000)).toEqual([]);
  expect(overloadWarnings(quiet(0), 80_000)).toEqual([]);
  const loop = (horizonNs: number) => overloadWarnings({ ...quiet(40_000), waitForAnswers: "all" as const }, horizonNs).length;
  expect([loop(60_000), loop(60_001)]).toEqual([0, 1]); // two rounds of users before the last, and one after
  expect(overloadWarnings(quiet(1), 80_000)[0]!.message).toMatch(/^requests arrive at once, and the last is served/);
});
