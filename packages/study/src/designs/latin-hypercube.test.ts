import { test } from "@fast-check/vitest";
import { Streams } from "@tokenyard/random";
import fc from "fast-check";
import { expect } from "vitest";
import { latinHypercube } from "./latin-hypercube.ts";

test.prop([fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 200 }), fc.nat(1000)])(
  "each of as many slices as there are points is met once, on every axis",
  (axes, points, seed) => {
    const names = Array.from({ length: axes }, (_, axis) => `${axis}`);
    const rows = latinHypercube(names, points, new Streams(seed));
    for (const axis of names.keys()) {
      const slices = rows.map((row) => Math.floor(row[axis]! * points));
      expect(slices.sort((a, b) => a - b)).toEqual([...Array(points).keys()]);
    }
  },
);

test("within its slice a point lies anywhere, and the slices come in any order", () => {
  const rows = latinHypercube(["a", "b"], 1000, new Streams(1));
  const within = rows.map(([a]) => (a! * 1000) % 1);
  const mean = within.reduce((sum, value) => sum + value, 0) / 1000;
  expect(Math.abs(mean - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / 1000)); // four standard deviations of a mean of uniforms
  const products = rows.reduce((sum, [a, b]) => sum + (a! - 0.5) * (b! - 0.5), 0) / 1000;
  expect(Math.abs(products)).toBeLessThan(4 * (1 / 12 / Math.sqrt(1000))); // axes do not follow each other
});
