import { fc, test } from "@fast-check/vitest";
import type { Spans } from "@tokenyard/report";
import { expect } from "vitest";
import { firstAfter, inRowOrder, laneColumns, laneRows, spanAt } from "./lane-index.ts";
import { drawLanes, gridded, type Inks, moveLanes, rowUnder, type Stretch, topOf } from "./raster.ts";

const KINDS = 3;
const INKS: Inks = { ground: 1, work: Uint32Array.of(10, 11, 12), wait: Uint32Array.of(20, 21, 22) };
const LANES = [0, 0, 1];

const anyNs = fc.oneof(fc.nat(200), fc.nat(3)); // short ones, too: several in a pixel, of the same length
const anySpan = fc.record({
  rank: fc.nat(2),
  kind: fc.nat(KINDS - 1),
  startNs: fc.nat(1000),
  workNs: anyNs,
  waitNs: anyNs,
});

const anySpans = fc.array(anySpan, { maxLength: 60 }).map((all): Spans => {
  const column = (of: (span: (typeof all)[number]) => number) => Float64Array.from(all, of);
  const zeros = new Int32Array(all.length);
  return {
    rank: Int32Array.from(all, ({ rank }) => rank),
    kind: Uint8Array.from(all, ({ kind }) => kind),
    startNs: column(({ startNs }) => startNs),
    workNs: column(({ startNs, workNs }) => startNs + workNs),
    endNs: column(({ startNs, workNs, waitNs }) => startNs + workNs + waitNs),
    microBatch: zeros,
    pass: zeros,
    layer: zeros,
    cause: zeros,
    phase: new Uint8Array(all.length),
    half: new Uint8Array(all.length),
  };
});
const anyStretch = fc
  .tuple(fc.integer({ min: -50, max: 1300 }), fc.integer({ min: 1, max: 1500 }))
  .map(([fromNs, ns]): Stretch => ({ fromNs, toNs: fromNs + ns }));
const RANKS = [0, 1, 2];
const timelineOf = (spans: Spans) => ({ index: laneColumns(spans, LANES, RANKS), ranks: RANKS });

/** Pixel by pixel, and span by span for each: what takes most of its time. */
function slowPixel(spans: Spans, rank: number, lane: number, fromNs: number, toNs: number): number {
  const all = [...spans.startNs.keys()].filter((at) => spans.rank[at] === rank && LANES[spans.kind[at]!] === lane);
  all.sort((a, b) => spans.startNs[a]! - spans.startNs[b]! || a - b);
  let [most, ink] = [0, INKS.ground];
  for (const at of all) {
    const kind = spans.kind[at]!;
    for (const [start, end, colour] of [
      [spans.startNs[at]!, spans.workNs[at]!, INKS.work[kind]!],
      [spans.workNs[at]!, spans.endNs[at]!, INKS.wait[kind]!],
    ] as const) {
      const share = Math.min(end, toNs) - Math.max(start, fromNs);
      if (share > most) [most, ink] = [share, colour];
    }
  }
  return ink;
}

const anyLines = fc.record({ height: fc.integer({ min: 1, max: 4 }), gap: fc.nat(3), group: fc.constantFrom(1, 2) });

test.prop([anySpans, anyStretch, fc.constantFrom(1, 2, 4, 8, 16, 64), anyLines, fc.nat(30), fc.integer({ min: 1, max: 40 })])(
  "a picture of any part of any recording is the slow one's, pixel by pixel",
  (spans, { fromNs, toNs }, width, lines, offset, height) => {
    const wide = { fromNs, toNs: fromNs + Math.ceil((toNs - fromNs) / width) * width }; // pixels of whole nanoseconds: no rounding on either side
    const out = new Uint32Array(width * height);
    drawLanes(out, width, laneRows(timelineOf(spans)), spans, wide, lines, INKS, offset);
    const ns = (wide.toNs - fromNs) / width;
    const slow = Array.from({ length: width * height }, () => INKS.ground);
    for (let row = 0; row < 6; row++) {
      for (let x = 0; x < width; x++) {
        const ink = slowPixel(spans, row >> 1, row & 1, fromNs + x * ns, fromNs + (x + 1) * ns);
        for (let y = topOf(row, lines); y < topOf(row, lines) + lines.height; y++)
          if (y >= offset && y < offset + height) slow[(y - offset) * width + x] = ink;
      }
    }
    expect([...out]).toEqual(slow);
  },
);

test.prop([
  anySpans,
  anyStretch,
  fc.integer({ min: 1, max: 70 }),
  fc.array(fc.integer({ min: -80, max: 80 }), { maxLength: 5 }),
  anyLines,
  fc.nat(30),
])("a picture that is moved by pixels, there and back, is the one that is drawn at once", (spans, asked, width, moves, lines, offset) => {
  const rows = laneRows(timelineOf(spans));
  const height = 20;
  const draw = (stretch: Stretch) => {
    const out = new Uint32Array(width * height);
    drawLanes(out, width, rows, spans, stretch, lines, INKS, offset);
    return out;
  };
  let stretch = gridded(asked, width);
  const out = draw(stretch);
  for (const by of moves) {
    const ns = (stretch.toNs - stretch.fromNs) / width;
    const next = gridded({ fromNs: stretch.fromNs + (by + 0.3) * ns, toNs: stretch.toNs + (by + 0.3) * ns }, width);
    expect(moveLanes(out, width, rows, spans, stretch, next, lines, INKS, offset)).toBe(Math.abs(by) < width);
    if (Math.abs(by) >= width) return;
    stretch = next;
    expect([...out]).toEqual([...draw(stretch)]);
  }
});

test.prop([anyStretch, fc.integer({ min: 1, max: 3000 }), fc.double({ min: 1e-3, max: 1e10, noNaN: true })])(
  "a gridded stretch begins within half a pixel of the one that was asked for, is as long to a thousandth, and stays as it is",
  ({ fromNs, toNs }, width, scale) => {
    const asked = { fromNs: fromNs * scale, toNs: toNs * scale };
    const found = gridded(asked, width);
    const ns = (found.toNs - found.fromNs) / width;
    expect(Math.abs(found.fromNs - asked.fromNs)).toBeLessThanOrEqual(ns / 2);
    const longer = (found.toNs - found.fromNs) / (asked.toNs - asked.fromNs);
    expect(longer).toBeGreaterThan(1 - 1e-9);
    expect(longer).toBeLessThan(1 + 1e-3);
    expect(gridded(found, width)).toEqual(found);
  },
);

test.prop([anySpans, anyStretch])("spans in the order of their rows are the same spans, and draw the same picture", (spans, stretch) => {
  const index = laneColumns(spans, LANES, RANKS);
  const ordered = inRowOrder(spans, index);
  expect(ordered.bars.startNs).toEqual(Float64Array.from(index.bars, (at) => spans.startNs[at]!));
  expect(ordered.bars.rank).toEqual(Int32Array.from(index.bars, (at) => spans.rank[at]!));
  const picture = (bars: Spans, columns: typeof index) => {
    const out = new Uint32Array(40 * 12);
    drawLanes(out, 40, laneRows({ index: columns, ranks: RANKS }), bars, stretch, { height: 2, gap: 0, group: 2 }, INKS);
    return out;
  };
  expect(picture(ordered.bars, ordered.index)).toEqual(picture(spans, index));
});

test.prop([anyLines, fc.integer({ min: -5, max: 60 }), fc.nat(8)])(
  "a place is in the row whose pixels it is among",
  (lines, pixels, rows) => {
    const under = Array.from({ length: rows }, (_, row) => row).filter(
      (row) => pixels >= topOf(row, lines) && pixels < topOf(row, lines) + lines.height,
    );
    expect(rowUnder(pixels, rows, lines)).toBe(under[0]);
  },
);

test.prop([anySpans, fc.integer({ min: -10, max: 1500 })])(
  "the search finds the first span that may end later, and skips none that does",
  (spans, ns) => {
    for (const row of laneRows(timelineOf(spans))) {
      const first = firstAfter(row, ns);
      for (const at of row.spans.subarray(0, first)) expect(spans.endNs[at]!).toBeLessThanOrEqual(ns);
      if (first < row.spans.length) expect(row.endNs[first]!).toBeGreaterThan(ns);
    }
  },
);

test.prop([anySpans])("every span is in one row, which is that of its rank and lane", (spans) => {
  const rows = laneRows(timelineOf(spans));
  expect(rows.flatMap((row) => [...row.spans]).sort((a, b) => a - b)).toEqual([...spans.startNs.keys()]);
  for (const { rank, lane, spans: places } of rows)
    for (const at of places) expect([spans.rank[at], LANES[spans.kind[at]!]]).toEqual([rank, lane]);
});

test.prop([anySpans, fc.nat(1400)])("what is pointed at is a span that covers the place, where any does", (spans, ns) => {
  for (const row of laneRows(timelineOf(spans))) {
    const covers = (at: number) => spans.startNs[at]! <= ns && spans.endNs[at]! >= ns;
    const found = spanAt(row, spans, ns, 5);
    if ([...row.spans].some((at) => covers(at) && spans.endNs[at]! > ns - 5)) expect(found !== undefined && covers(found)).toBe(true);
    else if (found !== undefined) expect(Math.max(spans.startNs[found]! - ns, ns - spans.endNs[found]!)).toBeLessThan(5);
  }
});
