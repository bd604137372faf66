import { expect, test } from "vitest";
import { loaded } from "./loaded-recording.contract.ts";
import { overloadWarnings } from "./overload.ts";
import { renderText } from "./render-text.ts";
import { summarize } from "./summarize.ts";
import { tiny } from "./tiny-recording.contract.ts";

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

const levels = (waiting: (bucket: number) => number) => ({
  ...loaded.served!.levels!,
  bucketNs: 1000,
  waitingNs: Float64Array.from({ length: 100 }, (_, bucket) => 1000 * waiting(bucket)),
  lastArrivalNs: 100_000,
});

test("a queue that grows with time is an overload; one that is long, or goes up and down, is none", () => {
  expect(overloadWarnings(levels((bucket) => 2 * bucket)).map(({ code }) => code)).toEqual(["overload"]);
  expect(overloadWarnings(levels(() => 500))).toEqual([]);
  expect(overloadWarnings(levels((bucket) => 100 + 50 * (Math.floor(bucket / 7) % 2)))).toEqual([]);
  expect(overloadWarnings(levels((bucket) => bucket / 50))).toEqual([]); // never more than two wait
  expect(overloadWarnings(undefined)).toEqual([]);
});
