import fc from "fast-check";
import { expect, test } from "vitest";
import type { Point } from "./lines.ts";
import { byLines, place, points } from "./straight-lines.contract.ts";
import { Surface } from "./surface.ts";

const turned = (all: readonly Point[]): Point[] => all.map(({ line, along, value }) => ({ line: along, along: line, value }));

test("a surface is at its points what was measured there, in the mean", () => {
  fc.assert(
    fc.property(points, (all) => {
      const surface = new Surface(all);
      for (const { line, along } of all) {
        const own = all.filter((point) => point.line === line && point.along === along);
        expect(surface.at(line, along)).toBeCloseTo(own.reduce((sum, { value }) => sum + value, 0) / own.length, 12);
      }
    }),
  );
});

test("a surface lies between what lines of the one coordinate and of the other say of it, and beyond all points stays as it is there", () => {
  fc.assert(
    fc.property(points, place, place, (all, line, along) => {
      const within = (at: number, places: readonly number[]) => Math.min(Math.max(at, Math.min(...places)), Math.max(...places));
      const a = within(
        line,
        all.map((point) => point.line),
      );
      const b = within(
        along,
        all.map((point) => point.along),
      );
      const said = [byLines(all, a, b), byLines(turned(all), b, a)];
      const surface = new Surface(all);
      expect(surface.at(a, b)).toBeGreaterThanOrEqual(Math.min(...said) - 1e-9);
      expect(surface.at(a, b)).toBeLessThanOrEqual(Math.max(...said) + 1e-9);
      expect(surface.at(line, along)).toBeCloseTo(surface.at(a, b), 9);
    }),
  );
});

test("a surface does not care which coordinate comes first", () => {
  fc.assert(
    fc.property(points, place, place, (all, line, along) => {
      expect(new Surface(turned(all)).at(along, line)).toBeCloseTo(new Surface(all).at(line, along), 9);
    }),
  );
});

test("a surface has no jumps", () => {
  fc.assert(
    fc.property(points, place, place, place, place, (all, line, along, toLine, toAlong) => {
      const surface = new Surface(all);
      const at = (share: number) => surface.at(line + share * (toLine - line), along + share * (toAlong - along));
      const change = (from: number, to: number) => Math.abs(at(to) - at(from));
      const parts = Array.from({ length: 64 }, (_, i) => i / 64).sort((a, b) => change(b, b + 1 / 64) - change(a, a + 1 / 64));
      let [from, to] = [parts[0]!, parts[0]! + 1 / 64]; // where it changes most
      for (let i = 0; i < 40; i++) {
        const middle = (from + to) / 2;
        if (change(from, middle) > change(middle, to)) to = middle;
        else from = middle;
      }
      expect(change(from, to)).toBeLessThan(1e-6);
    }),
  );
});

test("of two ways a surface follows the one whose points are nearer", () => {
  const all = [
    { line: 0, along: 1, value: 0 },
    { line: 4, along: 1, value: 4 },
    { line: 2, along: 0, value: 10 },
    { line: 2, along: 2, value: 10 },
  ];
  // at (2, 1) its line has points at a distance of 1, so a gap of 1/2, and its column of 2, so 1: 10 counts four times, and 2 once
  expect(new Surface(all).at(2, 1)).toBeCloseTo((4 * 10 + 2) / 5, 12);
});
