import { test } from "@fast-check/vitest";
import { expect } from "vitest";
import * as z from "zod";
import { anyRecording } from "../recording/any-recording.contract.ts";
import { REQUEST_STATES, type Recording } from "../recording/recording.ts";
import type { Spans } from "../recording/span-columns.ts";
import { tiny } from "../recording/tiny-recording.contract.ts";
import { chromeTrace } from "./chrome-trace.ts";

const id = z.int().min(0);
const time = z.number().min(0);
const slice = z.strictObject({
  ph: z.literal("X"),
  pid: id,
  tid: id,
  name: z.string(),
  ts: time,
  dur: time,
  args: z.strictObject({
    microBatch: id,
    pass: id,
    phase: z.enum(["prefill", "decode"]),
    layer: id.optional(),
    half: id.optional(),
    waitNs: time,
  }),
});
const wait = z.strictObject({
  ph: z.literal("X"),
  pid: id,
  tid: id,
  name: z.literal("wait"),
  ts: time,
  dur: time,
  args: z.strictObject({}),
});
const requestSlice = z.strictObject({
  ph: z.literal("X"),
  pid: id,
  tid: id,
  name: z.enum(REQUEST_STATES),
  ts: time,
  dur: time,
  args: z.strictObject({ replica: id.optional() }),
});
const label = z.strictObject({
  ph: z.literal("M"),
  pid: id,
  tid: id,
  name: z.enum(["process_name", "process_sort_index", "thread_name", "thread_sort_index"]),
  args: z.union([z.strictObject({ name: z.string() }), z.strictObject({ sort_index: id })]),
});
const counter = z.strictObject({
  ph: z.literal("C"),
  pid: id,
  tid: z.literal(0),
  name: z.enum(["requests queued", "sequences in prefill", "sequences in decode", "KV tokens reserved"]),
  ts: time,
  args: z.strictObject({ value: id }),
});
const arrowName = z.enum(["dispatch", "send"]);
const arrowEnd = { pid: id, tid: id, name: arrowName, cat: arrowName, id, ts: time };
const arrowFrom = z.strictObject({ ph: z.literal("s"), ...arrowEnd });
const arrowTo = z.strictObject({ ph: z.literal("f"), bp: z.literal("e"), ...arrowEnd });
const traceSchema = z.strictObject({
  displayTimeUnit: z.literal("ns"),
  otherData: z.strictObject({ name: z.string(), hash: z.string(), seed: id, version: z.string() }),
  traceEvents: z.array(z.union([label, wait, slice, requestSlice, counter, arrowFrom, arrowTo])),
});

const traceOf = (recording: Recording) => traceSchema.parse(JSON.parse([...chromeTrace(recording)].join("")));

/** Two ops on rank 1 and one on rank 2, which lies on the second node. */
const spans: Spans = {
  rank: Int32Array.of(1, 1, 2),
  kind: Uint8Array.of(0, 2, 1),
  microBatch: Int32Array.of(0, 0, 3),
  pass: Int32Array.of(0, 0, 7),
  phase: Uint8Array.of(0, 0, 1),
  layer: Int32Array.of(5, -1, 6),
  half: Uint8Array.of(0, 0, 2),
  startNs: Float64Array.of(1500, 2000, 0),
  workNs: Float64Array.of(2000, 3250, 10),
  endNs: Float64Array.of(2000, 4001, 10),
  cause: Int32Array.of(1, 1, 2),
};

test("nodes are processes, lanes of ranks are tracks, and the time at a barrier is a slice inside its op", () => {
  const { traceEvents } = traceOf({ ...tiny, ranks: 3, nodeOfRank: Int32Array.of(0, 0, 1), spans });
  const names = traceEvents.flatMap((event) => (event.ph === "M" && "name" in event.args ? [event.args.name] : []));
  expect(names).toEqual(["node 0", "rank 1 compute", "rank 1 network", "node 1", "rank 2 compute", "requests"]);
  expect(traceEvents.filter(({ ph }) => ph === "X")).toEqual([
    {
      ph: "X",
      pid: 0,
      tid: 2,
      name: "attention",
      ts: 1.5,
      dur: 0.5,
      args: { microBatch: 0, pass: 0, phase: "prefill", layer: 5, waitNs: 0 },
    },
    { ph: "X", pid: 0, tid: 3, name: "dispatch", ts: 2, dur: 2.001, args: { microBatch: 0, pass: 0, phase: "prefill", waitNs: 751 } },
    { ph: "X", pid: 0, tid: 3, name: "wait", ts: 3.25, dur: 0.751, args: {} }, // 4.001 − 3.25
    {
      ph: "X",
      pid: 1,
      tid: 4,
      name: "experts",
      ts: 0,
      dur: 0.01,
      args: { microBatch: 3, pass: 7, phase: "decode", layer: 6, half: 2, waitNs: 0 },
    },
  ]);
});

test.prop([anyRecording])("on a track no two ops overlap, and every wait ends with the op that it lies in", (recording) => {
  const all = traceOf(recording).traceEvents.flatMap((event) => (event.ph === "X" ? [event] : []));
  for (const track of new Set(all.map(({ tid }) => tid))) {
    const slices = all.filter(({ tid }) => tid === track);
    let end = 0;
    for (const [at, { name, ts, dur }] of slices.entries()) {
      if (name !== "wait") {
        expect(ts).toBeGreaterThanOrEqual(end - 1e-6); // a thousandth of a nanosecond in microseconds
        end = ts + dur;
      } else {
        expect(ts).toBeGreaterThanOrEqual(slices[at - 1]!.ts);
        expect(ts + dur).toBeCloseTo(end, 5);
      }
    }
  }
});

test.prop([anyRecording])("every span is a slice with its name, and waits add up", (recording) => {
  const slices = traceOf(recording).traceEvents.flatMap((event) => (event.ph === "X" ? [event] : []));
  const { kind = new Uint8Array(0), endNs = new Float64Array(0), workNs = endNs } = recording.spans ?? {};
  const ops = slices.filter(({ name }) => name !== "wait");
  expect(ops.map(({ name }) => name)).toEqual(Array.from(kind, (one) => recording.opKinds[one]!.name));
  const waitNs = endNs.reduce((sum, ns, at) => sum + ns - workNs[at]!, 0);
  const waits = slices.filter(({ name }) => name === "wait");
  expect(waits.reduce((sum, { dur }) => sum + dur * 1000, 0)).toBeCloseTo(waitNs, 2);
});

test("a trace comes in chunks, however many spans there are", () => {
  const count = 5000;
  const many: Spans = {
    rank: new Int32Array(count),
    kind: new Uint8Array(count),
    microBatch: new Int32Array(count),
    pass: new Int32Array(count),
    phase: new Uint8Array(count),
    layer: new Int32Array(count),
    half: new Uint8Array(count),
    startNs: Float64Array.from({ length: count }, (_, at) => at * 10),
    workNs: Float64Array.from({ length: count }, (_, at) => at * 10 + 10),
    endNs: Float64Array.from({ length: count }, (_, at) => at * 10 + 10),
    cause: new Int32Array(count),
  };
  const chunks = [...chromeTrace({ ...tiny, ranks: 3, nodeOfRank: Int32Array.of(0, 0, 1), spans: many })];
  expect(chunks.length).toBeGreaterThan(4); // 5000 events, at most 1024 in a chunk
  expect(traceSchema.parse(JSON.parse(chunks.join(""))).traceEvents.filter(({ ph }) => ph === "X")).toHaveLength(count);
});

test("a recording without spans gives a trace without events", () => {
  expect(traceOf(tiny).traceEvents).toEqual([]);
});

test("each request has a track of its own beside the counters, with a slice for each state that it is in", () => {
  const requestSpans = {
    request: Int32Array.of(4, 0, 4),
    state: Uint8Array.of(0, 2, 1),
    replica: Int32Array.of(-1, 1, 1),
    startNs: Float64Array.of(1000, 0, 1500),
    endNs: Float64Array.of(1500, 2000, 4000),
  };
  const { traceEvents } = traceOf({ ...tiny, ranks: 3, nodeOfRank: Int32Array.of(0, 0, 1), spans, requestSpans });
  const own = traceEvents.filter(({ pid, tid }) => pid === 2 && tid > 0);
  expect(own.flatMap((event) => (event.name === "thread_name" && event.ph === "M" ? [[event.tid, event.args]] : []))).toEqual([
    [1, { name: "request 0" }],
    [5, { name: "request 4" }],
  ]);
  expect(own.filter(({ ph }) => ph === "X")).toEqual([
    { ph: "X", pid: 2, tid: 5, name: "queued", ts: 1, dur: 0.5, args: {} },
    { ph: "X", pid: 2, tid: 1, name: "decode", ts: 0, dur: 2, args: { replica: 1 } },
    { ph: "X", pid: 2, tid: 5, name: "prefill", ts: 1.5, dur: 2.5, args: { replica: 1 } },
  ]);
});
