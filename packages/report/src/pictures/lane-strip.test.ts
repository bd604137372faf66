import { fc, test as propertyTest } from "@fast-check/vitest";
import { expect, test } from "vitest";
import { laneStrip } from "./lane-strip.ts";

const frame = { fromNs: 100, toNs: 200, width: 10 }; // 10 ns a unit

test("a few spans are drawn as they are, each with its wait behind it, and cut at the frame", () => {
  const spans = { kind: [0, 2, 1], startNs: [90, 130, 300], workNs: [110, 140, 310], endNs: [120, 155, 310] };
  expect(laneStrip(spans, [0, 1, 2], frame)).toEqual([
    { kind: 0, x: 0, width: 1, level: 3 },
    { kind: 0, x: 1, width: 1, level: 0 },
    { kind: 2, x: 3, width: 1, level: 3 },
    { kind: 2, x: 4, width: 1.5, level: 0 },
  ]);
});

test("of many spans each unit has the kind that takes most of it, paler the less it is busy", () => {
  // 11 spans in 10 units of 10 ns: unit 0 has 4 ns of kind 0 and 5 of kind 1, units 1 and 2 are full, unit 3 has 2 ns, units 4 to 9 wait
  const starts = [100, 104, 110, 120, 130, 140, 150, 160, 170, 180, 190];
  const ends = [104, 109, 120, 130, 132, 150, 160, 170, 180, 190, 200];
  const spans = {
    kind: [0, 1, 0, 0, 1, 1, 1, 1, 1, 1, 1],
    startNs: starts,
    workNs: ends.map((end, at) => (at < 5 ? end : starts[at]!)),
    endNs: ends,
  };
  expect(
    laneStrip(
      spans,
      starts.map((_, at) => at),
      frame,
    ),
  ).toEqual([
    { kind: 1, x: 0, width: 1, level: 3 },
    { kind: 0, x: 1, width: 2, level: 3 },
    { kind: 1, x: 3, width: 1, level: 1 },
    { kind: 1, x: 4, width: 6, level: 0 },
  ]);
});

const anySpans = fc
  .array(fc.record({ gap: fc.integer({ min: 0, max: 9 }), work: fc.integer({ min: 0, max: 9 }), wait: fc.integer({ min: 0, max: 9 }) }), {
    maxLength: 40,
  })
  .map((all) => {
    const spans = { kind: [] as number[], startNs: [] as number[], workNs: [] as number[], endNs: [] as number[] };
    let ns = 80;
    for (const [at, { gap, work, wait }] of all.entries()) {
      spans.kind.push(at % 3);
      spans.startNs.push(ns + gap);
      spans.workNs.push(ns + gap + work);
      spans.endNs.push(ns + gap + work + wait);
      ns += gap + work + wait;
    }
    return spans;
  });

propertyTest.prop([anySpans])("pieces lie in the frame, one behind the other", (spans) => {
  const pieces = laneStrip(
    spans,
    spans.kind.map((_, at) => at),
    frame,
  );
  let end = 0;
  for (const piece of pieces) {
    expect(piece.x).toBeGreaterThanOrEqual(end - 1e-9);
    expect(piece.width).toBeGreaterThan(0);
    end = piece.x + piece.width;
  }
  expect(end).toBeLessThanOrEqual(frame.width + 1e-9);
});
