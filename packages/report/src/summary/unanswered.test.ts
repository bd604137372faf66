import { fc, test } from "@fast-check/vitest";
import { METRICS } from "@tokenyard/scenario";
import { expect } from "vitest";
import { anyRecording } from "../recording/any-recording.contract.ts";
import { loaded } from "../recording/loaded-recording.contract.ts";
import type { Recording } from "../recording/recording.ts";
import type { Attained, Served, ServedClass } from "../recording/served.ts";
import { servedOf } from "../recording/served-of.ts";
import { answered, tiny } from "../recording/tiny-recording.contract.ts";
import { summarize } from "./summarize.ts";

const STATUS = { open: 0, rejected: 2, failed: 3 };

/** `recording` with one more request, which had its first token after `ttftNs`, or none where that is NaN, and then nothing more. */
function withOneMore(recording: Recording, status: number, outputTokens: number, ttftNs: number): Recording {
  const { arrivedNs, firstTokenNs, finishedNs, promptTokens, ...rest } = recording.requests;
  return {
    ...recording,
    requests: {
      arrivedNs: Float64Array.of(...arrivedNs, 0),
      firstTokenNs: Float64Array.of(...firstTokenNs, ttftNs),
      finishedNs: Float64Array.of(...finishedNs, Number.NaN),
      promptTokens: Int32Array.of(...promptTokens, 0),
      outputTokens: Int32Array.of(...rest.outputTokens, outputTokens),
      status: Uint8Array.of(...rest.status, status),
    },
  };
}

const anyTarget = fc.constantFrom(...METRICS.filter(({ path }) => /^(ttft|tpot|e2e|requests)/.test(path)));

test.prop([anyRecording, anyTarget, fc.constantFrom(...Object.values(STATUS)), fc.constantFrom(1, 9), fc.constantFrom(0, 1e6, Number.NaN)])(
  "one more unanswered request never turns a missed target into a met one",
  (recording, metric, status, outputTokens, ttftNs) => {
    const values = [0, 1e-9, 1e-4, 0.01, 0.1, 0.5, 1, 10];
    const targets = values.map((value) => ({ name: metric.name, metric, value }));
    const before = summarize(recording, targets).targets;
    const after = summarize(withOneMore(recording, status, outputTokens, ttftNs), targets).targets;
    for (const [at, { met, actual }] of before.entries()) if (!met && actual !== null) expect(after[at]!.met).toBe(false);
  },
);

const missedOnce = ({ ended, ...rest }: Attained): Attained => ({ ...rest, ended: ended + 1 });

/** The loaded recording with one more request of its first class, which hangs. */
function hanging(served: Served): Served {
  const classOf = (each: ServedClass, at: number): ServedClass =>
    at > 0
      ? each
      : {
          ...each,
          arrived: each.arrived + 1,
          unanswered: { requests: each.unanswered.requests + 1, withGaps: each.unanswered.withGaps + 1 },
          attained: missedOnce(each.attained),
        };
  const { requests, withGaps } = served.unanswered;
  return {
    ...served,
    arrived: served.arrived + 1,
    unanswered: { requests: requests + 1, withGaps: withGaps + 1 },
    attained: missedOnce(served.attained!),
    classes: served.classes!.map(classOf),
  };
}

test("under load it worsens attainment, goodput, queue and the gaps between tokens, of the whole and of its class", () => {
  const before = summarize(loaded);
  const after = summarize({ ...loaded, served: hanging(loaded.served!) });
  expect([before.attainment!["all"], after.attainment!["all"]]).toEqual([1 / 4, 1 / 5]);
  expect(after.goodput!.requestsPerSecond).toBeLessThanOrEqual(before.goodput!.requestsPerSecond!);
  expect([before.queueSeconds!.unanswered, after.queueSeconds!.unanswered]).toEqual([1, 2]);
  expect([before.itlSeconds!.unanswered, after.itlSeconds!.unanswered]).toEqual([1, 2]);
  expect([before.classes![0]!.attainment["all"], after.classes![0]!.attainment["all"]]).toEqual([1 / 2, 1 / 3]);
  expect(after.classes![0]!.requests.failed).toBe(1);
  expect(after.requests.failed).toBe(1); // it is still open
});

test("a queue that waits for what never comes is no overload", () => {
  const levels = {
    ...loaded.served!.levels!,
    bucketNs: 100_000,
    waitingNs: Float64Array.from({ length: 20 }, (_, b) => 100_000 * 20 * b),
    runningNs: new Float64Array(20),
    blocksNs: new Float64Array(20),
    tokens: new Float64Array(20).fill(1),
    passes: new Float64Array(20).fill(1),
    lastArrivalNs: 1_000_000,
  };
  const codes = (served: Served) => summarize({ ...loaded, horizonNs: 2_000_000, served }).warnings.map(({ code }) => code);
  expect(codes({ ...loaded.served!, levels })).toContain("overload");
  expect(codes({ ...hanging(loaded.served!), levels })).not.toContain("overload");
});

const fault = {
  kind: "gpu-lost",
  atNs: 100_000,
  detectedNs: Number.NaN,
  detectedBy: undefined,
  resumedNs: Number.NaN,
  openUntilNs: Number.POSITIVE_INFINITY,
  ranks: [0],
  ranksLost: 1,
  ranksSlowed: 0,
  failed: 0,
  requeued: 0,
  migrated: 0,
  tokensRecomputed: 0,
  kvBytesLost: 0,
  expertsMissing: 0,
  degradedTokens: 0,
};

test("an outage that nothing would end is longer than any bound; one whose end is known lasts until then, though the run is over", () => {
  const outage = { name: "outage", metric: METRICS.find(({ name }) => name === "outage")!, value: 30 };
  const struck = (openUntilNs: number) =>
    summarize({ ...answered, faults: [{ ...fault, openUntilNs }], downNs: new Float64Array(answered.lostNs.length) }, [outage]);
  const endless = struck(Number.POSITIVE_INFINITY);
  expect(endless.faults!.events[0]).toMatchObject({ outageSeconds: null, endless: true });
  expect(endless.faults).toMatchObject({ longestOutageSeconds: null, endless: 1 });
  expect(endless.targets[0]).toMatchObject({ actual: null, never: true, met: false });
  expect(struck(100_000 + 31e9).targets[0]).toMatchObject({ actual: 31, met: false });
  expect(struck(0).targets[0]).toMatchObject({ actual: 900e-6, met: true }); // the millisecond of the run less its tenth
});

test("all requests unanswered: no latency has a value, and none has a finite bound", () => {
  const none = { ...tiny, requests: { ...tiny.requests, status: Uint8Array.of(0, 2, 3, 0) } };
  const { ttftSeconds, e2eSeconds, tpotSeconds, requests } = summarize(none);
  expect(ttftSeconds).toEqual({ mean: null, p50: null, p90: null, p95: null, p99: null, p999: null, max: null, unanswered: 4 });
  expect(e2eSeconds!.unanswered).toBe(4);
  expect(tpotSeconds!.unanswered).toBe(3); // one asks for a single token
  expect(requests).toEqual({ arrived: 4, finished: 0, rejected: 1, failed: 3 });
  expect(servedOf(none.requests).unanswered).toEqual({ requests: 4, withGaps: 3 });
});
