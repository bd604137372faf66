import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import type { Recording } from "../recording/recording.ts";
import { REQUEST_STATES } from "../recording/recording.ts";
import type { RequestSpans, Spans } from "../recording/span-columns.ts";
import { columnBytes, columnsOf, packedTimeline } from "./kept-timeline.ts";

const anyNs = fc.oneof(fc.nat(5_000), fc.integer({ min: 0, max: 2 ** 45 }));
const anySpan = fc.record({
  rank: fc.constantFrom(0, 3, 4),
  kind: fc.nat(2),
  layer: fc.integer({ min: -1, max: 90 }),
  startNs: anyNs,
  ns: fc.nat(400),
  waitNs: fc.nat(40),
});
const anyState = fc.record({ request: fc.nat(5), state: fc.nat(REQUEST_STATES.length - 1), startNs: fc.nat(9_000), ns: fc.nat(90) });

const anyRecording = fc
  .tuple(fc.array(anySpan, { maxLength: 60 }), fc.option(fc.array(anyState, { maxLength: 20 })))
  .map(([all, states]) => {
    const ints = (of: (span: (typeof all)[number]) => number) => Int32Array.from(all, of);
    const endNs = Float64Array.from(all, ({ startNs, ns }) => startNs + ns);
    const spans: Spans = {
      rank: ints(({ rank }) => rank),
      kind: Uint8Array.from(all, ({ kind }) => kind),
      microBatch: ints(() => 7),
      pass: ints(({ ns }) => ns),
      phase: new Uint8Array(all.length),
      layer: ints(({ layer }) => layer),
      half: new Uint8Array(all.length),
      startNs: Float64Array.from(all, ({ startNs }) => startNs),
      endNs,
      workNs: endNs.map((end, at) => Math.max(all[at]!.startNs, end - all[at]!.waitNs)),
      cause: ints(({ rank }) => rank),
    };
    const requestSpans: RequestSpans | undefined =
      states === null
        ? undefined
        : {
            request: Int32Array.from(states, ({ request }) => request),
            state: Uint8Array.from(states, ({ state }) => state),
            replica: new Int32Array(states.length).fill(-1),
            startNs: Float64Array.from(states, ({ startNs }) => startNs),
            endNs: Float64Array.from(states, ({ startNs, ns }) => startNs + ns),
          };
    const opKinds = (["compute", "network", "compute"] as const).map((lane, at) => ({ name: `op ${at}`, lane }));
    return { spans, requestSpans, opKinds, horizonNs: 1e4 } as unknown as Recording;
  });

const rowsOf = ({ spans: { rank, kind, startNs, endNs, workNs, ...others } }: { readonly spans: Spans }) =>
  [...rank.keys()].map((at) => ({
    rank: rank[at]!,
    lane: kind[at] === 1 ? 1 : 0,
    startNs: startNs[at]!,
    rest: [kind[at], endNs[at], workNs[at], ...Object.values(others).map((column) => column[at])],
  }));

test.prop([anyRecording, fc.subarray([0, 3, 4])])(
  "spans of the ranks come back by rank, lane and start, to the nanosecond, and states of requests as they were",
  (recording, ranks) => {
    const part = { groups: [], ranks, fromNs: 0, toNs: Number.MAX_SAFE_INTEGER };
    const { kept, bytes } = packedTimeline(recording, part);
    const back = columnsOf(JSON.parse(JSON.stringify(kept)), bytes);
    const own = rowsOf(recording as { spans: Spans }).filter(({ rank }) => ranks.includes(rank));
    const wanted = own.sort((a, b) => a.rank - b.rank || a.lane - b.lane || a.startNs - b.startNs); // sorts keep the order of equals
    expect(rowsOf(back)).toEqual(wanted);
    expect(columnBytes(kept)).toBe(bytes.length);
    expect(back.requestSpans).toEqual(recording.requestSpans);
    expect(kept).toMatchObject({ ops: ["op 0", "op 1", "op 2"], lanes: [0, 1, 0], toNs: 1e4, horizonNs: 1e4 });
  },
);
