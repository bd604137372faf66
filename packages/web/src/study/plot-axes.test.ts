import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { labelsOf, NARROW_BOX, WIDE_BOX } from "./plot-axes.ts";

const anyTicks = fc.array(fc.record({ x: fc.double({ min: 0, max: 1, noNaN: true }), text: fc.string({ minLength: 1, maxLength: 14 }) }));

test.prop([anyTicks, fc.constantFrom(NARROW_BOX, WIDE_BOX)])("labels are inside of the plot, and none is on another", (drawn, box) => {
  const ticks = drawn.map(({ x, text }) => ({ x: box.left + x * (box.right - box.left), text })).sort((a, b) => a.x - b.x);
  const spans = labelsOf(ticks, box).map(({ x, text, anchor }) => {
    const width = text.length * 8;
    const from = anchor === "start" ? x : anchor === "end" ? x - width : x - width / 2;
    return [from, from + width] as const;
  });
  expect(spans.length > 0).toBe(ticks.length > 0); // the first one always has room
  for (const [at, [from, to]] of spans.entries()) {
    expect(from).toBeGreaterThanOrEqual(box.left);
    expect(to).toBeLessThanOrEqual(box.right);
    if (at > 0) expect(from).toBeGreaterThan(spans[at - 1]![1]);
  }
});

test("labels that have room are all there, in their places", () => {
  const ticks = [30, 100, 170, 240].map((x) => ({ x, text: `${x} ms` }));
  expect(labelsOf(ticks, NARROW_BOX)).toEqual(ticks.map((tick) => ({ ...tick, anchor: "middle" })));
  expect(
    labelsOf(
      [
        { x: 20, text: "100 ms" },
        { x: 75, text: "110 ms" },
        { x: 350, text: "160 ms" },
      ],
      NARROW_BOX,
    ),
  ).toEqual([
    { x: 20, text: "100 ms", anchor: "start" },
    { x: 350, text: "160 ms", anchor: "end" }, // 110 ms would be on 100 ms
  ]);
});
