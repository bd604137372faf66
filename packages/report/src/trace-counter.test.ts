import { test } from "@fast-check/vitest";
import { expect } from "vitest";
import { anyRecording } from "./any-recording.contract.ts";
import { REQUEST_STATUS, type Recording, type Spans } from "./recording.ts";
import { tiny } from "./tiny-recording.contract.ts";
import { counterEvents } from "./trace-counter.ts";

/** One span from `fromUs` to `toUs`. */
function spanOf(fromUs: number, toUs: number): Spans {
  const [zero, byte] = [new Int32Array(1), new Uint8Array(1)];
  const [startNs, endNs] = [Float64Array.of(fromUs * 1000), Float64Array.of(toUs * 1000)];
  return { rank: zero, kind: byte, microBatch: zero, pass: zero, phase: byte, layer: zero, startNs, workNs: endNs, endNs, cause: zero };
}

/** `time name value`, in order. */
function countersOf(recording: Recording, spans: Spans): string[] {
  return [...counterEvents(recording, spans)].map(({ ts, name, args }) => `${ts} ${name} ${args?.["value"]}`);
}

const requests = (rows: { arrived: number; first: number; finished: number; prompt: number; output: number; status?: number }[]) => ({
  arrivedNs: Float64Array.from(rows, ({ arrived }) => arrived * 1000),
  firstTokenNs: Float64Array.from(rows, ({ first }) => first * 1000),
  finishedNs: Float64Array.from(rows, ({ finished }) => finished * 1000),
  promptTokens: Int32Array.from(rows, ({ prompt }) => prompt),
  outputTokens: Int32Array.from(rows, ({ output }) => output),
  status: Uint8Array.from(rows, ({ status }) => status ?? REQUEST_STATUS.finished),
});

const three = requests([
  { arrived: 0, first: 10, finished: 30, prompt: 100, output: 3 },
  { arrived: 0, first: 10, finished: 10, prompt: 50, output: 1 },
  { arrived: 5, first: Number.NaN, finished: Number.NaN, prompt: 9, output: 9, status: REQUEST_STATUS.rejected },
]);

test("counters tell who waits for a first token, who decodes, and the cache that they reserve, when it changes", () => {
  expect(countersOf({ ...tiny, requests: three }, spanOf(0, 40))).toEqual([
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

test("a window begins with what is true then, and tells nothing after its end", () => {
  expect(countersOf({ ...tiny, requests: three }, spanOf(15, 20))).toEqual([
    "15 sequences in prefill 0",
    "15 sequences in decode 1",
    "15 KV tokens reserved 102",
  ]);
  expect(countersOf({ ...tiny, requests: three }, spanOf(35, 40))).toEqual([
    "35 sequences in prefill 0",
    "35 sequences in decode 0",
    "35 KV tokens reserved 0",
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
