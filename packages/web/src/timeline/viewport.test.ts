import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { panned, zoomed } from "./viewport.ts";

const END_NS = 1e6;
const stretch = fc.tuple(fc.nat(9e5), fc.integer({ min: 100, max: 1e5 })).map(([fromNs, ns]) => ({ fromNs, toNs: fromNs + ns }));
const share = fc.double({ min: 0, max: 1, noNaN: true });

test.prop([stretch, fc.double({ min: -3, max: 3, noNaN: true })])("panning keeps the length, and stays within the run", (before, by) => {
  const after = panned(before, by, END_NS);
  expect(after.toNs - after.fromNs).toBeCloseTo(before.toNs - before.fromNs, 3);
  expect(after.fromNs).toBeGreaterThanOrEqual(0);
  expect(after.toNs).toBeLessThanOrEqual(END_NS + 1e-3);
});

test.prop([stretch, fc.double({ min: 0.1, max: 10, noNaN: true }), share])(
  "zooming stays within the run, and keeps the time under the hand where it can",
  (before, times, at) => {
    const after = zoomed(before, times, at, END_NS);
    expect(after.fromNs).toBeGreaterThanOrEqual(0);
    expect(after.toNs).toBeLessThanOrEqual(END_NS + 1e-3);
    const under = ({ fromNs, toNs }: typeof before) => fromNs + at * (toNs - fromNs);
    if (after.fromNs > 0 && after.toNs < END_NS) expect(under(after)).toBeCloseTo(under(before), 3);
  },
);
