import fc from "fast-check";
import { expect, test } from "vitest";
import { type Point, Surface } from "./surface.ts";

const coordinate = fc.integer({ min: 0, max: 6 });
const points = fc.array(fc.record({ line: coordinate, along: coordinate, value: fc.integer({ min: -9, max: 9 }) }), {
  minLength: 1,
  maxLength: 25,
});
const place = fc.double({ min: -1, max: 7, noNaN: true });

/** Straight lines between `known`, sorted by place; flat beyond. */
function straight(known: readonly (readonly [place: number, value: number])[], at: number): number {
  const below = known.filter(([place]) => place <= at).at(-1);
  const above = known.find(([place]) => place >= at);
  if (below === undefined) return above![1];
  if (above === undefined || above[0] === below[0]) return below[1];
  return below[1] + ((at - below[0]) / (above[0] - below[0])) * (above[1] - below[1]);
}

/** The same, written out: each line by itself, then between the lines. */
function reference(all: readonly Point[], line: number, along: number): number {
  const sorted = (numbers: readonly number[]) => [...new Set(numbers)].sort((a, b) => a - b);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const lines = sorted(all.map((point) => point.line)).map((at) => {
    const own = all.filter((point) => point.line === at);
    const known = sorted(own.map((point) => point.along)).map(
      (there) => [there, mean(own.filter((point) => point.along === there).map(({ value }) => value))] as const,
    );
    return [at, straight(known, along)] as const;
  });
  return straight(lines, line);
}

test("a surface is straight between its points, line by line, as a reference says that looks at all of them", () => {
  fc.assert(
    fc.property(points, place, place, (all, line, along) => {
      expect(new Surface(all).at(line, along)).toBeCloseTo(reference(all, line, along), 10);
    }),
  );
});

test("a surface never leaves the range of its points", () => {
  fc.assert(
    fc.property(points, place, place, (all, line, along) => {
      const surface = new Surface(all);
      const values = all.map(({ value }) => value);
      expect(surface.at(line, along)).toBeGreaterThanOrEqual(Math.min(...values) - 1e-9);
      expect(surface.at(line, along)).toBeLessThanOrEqual(Math.max(...values) + 1e-9);
    }),
  );
});
