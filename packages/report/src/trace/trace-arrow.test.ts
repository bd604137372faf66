import { test } from "@fast-check/vitest";
import { expect } from "vitest";
import { anyRecording } from "../recording/any-recording.contract.ts";
import type { Recording } from "../recording/recording.ts";
import type { Spans } from "../recording/span-columns.ts";
import { tiny } from "../recording/tiny-recording.contract.ts";
import { arrowEvents } from "./trace-arrow.ts";

const OP_KINDS = [
  { name: "attention", lane: "compute" },
  { name: "experts", lane: "compute" },
  { name: "dispatch", lane: "network" },
  { name: "send", lane: "network" },
] as const;
const [ATTENTION, EXPERTS, DISPATCH, SEND] = [0, 1, 2, 3];

/** Spans of micro-batch 0, written as [rank, kind, start, work's end, end, cause, pass]. */
function spansOf(...rows: [number, number, number, number, number, number, number?][]): Spans {
  const column = (at: number) => rows.map((row) => row[at] ?? 0);
  return {
    rank: Int32Array.from(column(0)),
    kind: Uint8Array.from(column(1)),
    microBatch: new Int32Array(rows.length),
    pass: Int32Array.from(column(6)),
    phase: new Uint8Array(rows.length),
    layer: new Int32Array(rows.length),
    half: new Uint8Array(rows.length),
    startNs: Float64Array.from(column(2)),
    workNs: Float64Array.from(column(3)),
    endNs: Float64Array.from(column(4)),
    cause: Int32Array.from(column(5)),
  };
}

/** Two stages of two ranks; arrows as `name rank@ns → rank@ns`. */
function arrowsOf(
  spans: Spans,
  recording: Recording = { ...tiny, ranks: 4, nodeOfRank: Int32Array.of(0, 0, 1, 1), opKinds: OP_KINDS },
): string[] {
  const events = [...arrowEvents(recording, spans)];
  const ends = (ph: string) => events.filter((event) => event.ph === ph);
  expect(ends("s").map(({ id }) => id)).toEqual(ends("f").map(({ id }) => id));
  const text = ({ tid, ts }: { tid: number; ts?: number }) => `${Math.floor(tid / 2)}@${Math.round(ts! * 1000)}`;
  return ends("s").map((from, i) => `${from.name} ${text(from)} → ${text(ends("f")[i]!)}`);
}

test("an arrow leads from a dispatch on the slowest rank of its group to what each other rank does next", () => {
  const spans = spansOf(
    [0, DISPATCH, 10, 12, 15, 1],
    [1, DISPATCH, 10, 15, 15, 1], // the slowest
    [2, DISPATCH, 11, 14, 14, 2], // a group of its own
    [0, EXPERTS, 15, 20, 20, 0],
    [1, EXPERTS, 15, 21, 21, 1],
    [2, EXPERTS, 14, 21, 21, 2],
  );
  expect(arrowsOf(spans)).toEqual(["dispatch 1@10 → 0@15"]);
});

test("an arrow leads from a send to what the matching rank of the next stage does first for the same pass", () => {
  const spans = spansOf(
    [0, SEND, 10, 12, 12, 0],
    [1, SEND, 10, 13, 13, 1],
    [2, ATTENTION, 0, 9, 9, 2, 7], // another pass
    [2, ATTENTION, 13, 20, 20, 2],
    [2, EXPERTS, 20, 21, 21, 2],
    [3, ATTENTION, 13, 22, 22, 3],
  );
  expect(arrowsOf(spans)).toEqual(["send 0@10 → 2@13", "send 1@10 → 3@13"]);
});

test("an arrow with an end outside the window is left out", () => {
  expect(arrowsOf(spansOf([0, SEND, 10, 12, 12, 0]))).toEqual([]);
  expect(arrowsOf(spansOf([0, DISPATCH, 10, 12, 15, 1], [1, DISPATCH, 10, 15, 15, 1]))).toEqual([]);
});

test.prop([anyRecording])("there are fewer arrows than spans, and each ends no earlier than it begins", (recording) => {
  const { spans } = recording;
  if (spans === undefined) return;
  const arrows = arrowsOf(spans, recording);
  expect(arrows.length).toBeLessThan(spans.rank.length);
  for (const arrow of arrows) {
    const [from, to] = [...arrow.matchAll(/@(\d+)/g)].map(([, ns]) => Number(ns));
    expect(to).toBeGreaterThanOrEqual(from!);
  }
});
