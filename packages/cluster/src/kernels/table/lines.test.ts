import fc from "fast-check";
import { expect, test } from "vitest";
import { Lines } from "./lines.ts";
import { byLines, place, points } from "./straight-lines.contract.ts";

test("lines are straight between points, and from line to line, as a reference says that looks at all of them", () => {
  fc.assert(
    fc.property(points, place, place, (all, line, along) => {
      expect(new Lines(all).at(line, along)).toBeCloseTo(byLines(all, line, along), 10);
    }),
  );
});

test("the gap is 0 at points, and between two at most as far as the nearer", () => {
  fc.assert(
    fc.property(points, place, (all, along) => {
      const lines = new Lines(all);
      for (const point of all) {
        lines.at(point.line, point.along);
        expect(lines.gap).toBe(0);
        lines.at(point.line, along);
        const own = all.filter(({ line }) => line === point.line);
        expect(lines.gap).toBeGreaterThanOrEqual(0);
        expect(lines.gap).toBeLessThanOrEqual(Math.min(...own.map((other) => Math.abs(other.along - along))) + 1e-9);
      }
    }),
  );
});
