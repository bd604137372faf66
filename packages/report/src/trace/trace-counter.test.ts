import { test } from "@fast-check/vitest";
import { expect } from "vitest";
import { anyRecording } from "../recording/any-recording.contract.ts";
import { REQUEST_STATES, REQUEST_STATUS, type Recording } from "../recording/recording.ts";
import type { RequestSpans, Spans } from "../recording/span-columns.ts";
import { tiny } from "../recording/tiny-recording.contract.ts";
import { counterEvents } from "./trace-counter.ts";

/** One span from `fromUs` to `toUs`. */
function spanOf(fromUs: number, toUs: number): Spans {
  const [zero, byte] = [new Int32Array(1), new Uint8Array(1)];
  const [startNs, endNs] = [Float64Array.of(fromUs * 1000), Float64Array.of(toUs * 1000)];
  return {
    rank: zero,
    kind: byte,
    microBatch: zero,
    pass: zero,
    phase: byte,
    layer: zero,
    half: byte,
    startNs,
    workNs: endNs,
    endNs,
    cause: zero,
  };
}

/** `time name value`, in order. */
function countersOf(recording: Recording, spans: Spans): string[] {
  return [...counterEvents(recording, spans)].map(({ ts, name, args }) => `${ts} ${name} ${args?.["value"]}`);
}

const state = (name: (typeof REQUEST_STATES)[number]) => REQUEST_STATES.indexOf(name);

/** `request state from to`, in microseconds. */
function spansOfRequests(
  ...rows: (readonly [request: number, state: (typeof REQUEST_STATES)[number], from: number, to: number])[]
): RequestSpans {
  return {
    request: Int32Array.from(rows, ([request]) => request),
    state: Uint8Array.from(rows, ([, name]) => state(name)),
    replica: new Int32Array(rows.length),
    startNs: Float64Array.from(rows, ([, , from]) => from * 1000),
    endNs: Float64Array.from(rows, ([, , , to]) => to * 1000),
  };
}

/** Two sequences of a static batch, and one that was rejected. */
const three: Recording = {
  ...tiny,
  requests: {
    arrivedNs: Float64Array.of(0, 0, 5000),
    firstTokenNs: Float64Array.of(10_000, 10_000, Number.NaN),
    finishedNs: Float64Array.of(30_000, 10_000, Number.NaN),
    promptTokens: Int32Array.of(100, 50, 9),
    outputTokens: Int32Array.of(3, 1, 9),
    status: Uint8Array.of(REQUEST_STATUS.finished, REQUEST_STATUS.finished, REQUEST_STATUS.rejected),
  },
  requestSpans: spansOfRequests([1, "prefill", 0, 10], [0, "prefill", 0, 10], [0, "decode", 10, 30]),
};

test("counters emit who waits for a first token, who decodes, and the cache that they reserve, when it changes", () => {
  expect(countersOf(three, spanOf(0, 40))).toEqual([
    "0 sequences in prefill 2",
    "0 sequences in decode 0",
    "0 KV tokens reserved 152", // 100 + 3 − 1 and 50 + 1 − 1
    "10 sequences in prefill 0",
    "10 sequences in decode 1",
    "10 KV tokens reserved 102",
    "30 sequences in decode 0",
    "30 KV tokens reserved 0",
  ]);
});

test("a window begins with what is true then, and emits nothing after its end", () => {
  expect(countersOf(three, spanOf(15, 20))).toEqual(["15 sequences in prefill 0", "15 sequences in decode 1", "15 KV tokens reserved 102"]);
  expect(countersOf(three, spanOf(35, 40))).toEqual(["35 sequences in prefill 0", "35 sequences in decode 0", "35 KV tokens reserved 0"]);
});

test("under load counters emit all states that there are, and the cache that is held", () => {
  const requestSpans = spansOfRequests([0, "queued", 0, 4], [0, "prefill", 4, 8], [1, "queued", 6, 9], [0, "preempted", 8, 12]);
  const cacheSteps = { atNs: Float64Array.of(4000, 8000, 20_000), tokens: Float64Array.of(64, 0, 16) };
  expect(countersOf({ ...tiny, requestSpans, cacheSteps }, spanOf(0, 12))).toEqual([
    "0 requests queued 1",
    "0 sequences in prefill 0",
    "0 requests preempted 0",
    "0 KV tokens held 0",
    "4 requests queued 0",
    "4 sequences in prefill 1",
    "4 KV tokens held 64",
    "6 requests queued 1",
    "8 sequences in prefill 0",
    "8 requests preempted 1",
    "8 KV tokens held 0",
    "9 requests queued 0",
    "12 requests preempted 0",
  ]);
});

test.prop([anyRecording])("no counter is ever negative, and time does not go back", (recording) => {
  let last = 0;
  for (const { ts, args } of counterEvents(recording, spanOf(0, 1e9))) {
    expect(args?.["value"]).toBeGreaterThanOrEqual(0);
    expect(ts).toBeGreaterThanOrEqual(last);
    last = ts!;
  }
});
