import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Point } from "./lines.ts";
import { MeasuredSizes } from "./measured-sizes.ts";
import { Mixture } from "./mixture.ts";
import { SizedTable } from "./sized-table.ts";
import { place, points } from "./straight-lines.contract.ts";

const product = (rows: number, inFeatures: number) => ({
  kind: "linear" as const,
  parts: 1,
  rows,
  inFeatures,
  outFeatures: 512,
  weightBytes: 2,
  activationBytes: 2,
  precision: "bf16" as const,
});
const sizesOf = (inFeatures: number) => new MeasuredSizes().of(product(1, inFeatures));
/** Tables of products, each of twice as wide ones as the one before. */
const tablesOf = (all: readonly (readonly Point[])[]) => all.map((own, i) => new SizedTable(sizesOf(256 * 2 ** i), own));
const at = (mixture: Mixture<MeasuredSizes>, line: number, along: number) => mixture.at({ line, along });
const several = fc.array(points, { minLength: 1, maxLength: 5 });
const rangeOf = (numbers: readonly number[]) => [Math.min(...numbers), Math.max(...numbers)] as const;

describe("of sizes that were measured, whatever others were", () => {
  test("rows come back as they were measured, in the mean", () => {
    fc.assert(
      fc.property(several, (all) => {
        const mixture = new Mixture(sizesOf(256), tablesOf(all));
        for (const { line, along } of all[0]!) {
          const same = all[0]!.filter((point) => point.line === line && point.along === along);
          expect(at(mixture, line, along)).toBeCloseTo(same.reduce((sum, { value }) => sum + value, 0) / same.length, 11);
        }
      }),
    );
  });

  test("beyond their rows the ratio stays as it is there", () => {
    fc.assert(
      fc.property(several, place, place, (all, line, along) => {
        const mixture = new Mixture(sizesOf(256), tablesOf(all));
        const [left, right] = rangeOf(all[0]!.map((point) => point.line));
        const [low, high] = rangeOf(all[0]!.map((point) => point.along));
        const inside = at(mixture, Math.min(Math.max(line, left), right), Math.min(Math.max(along, low), high));
        expect(at(mixture, line, along)).toBeCloseTo(inside, 9);
      }),
    );
  });
});

test("no ratio is over all that were measured, nor under", () => {
  fc.assert(
    fc.property(several, place, place, fc.nat(8), (all, line, along, doublings) => {
      const value = at(new Mixture(sizesOf(64 * 2 ** doublings), tablesOf(all)), line, along);
      const [least, most] = rangeOf(all.flat().map((point) => point.value));
      expect(value).toBeGreaterThanOrEqual(least - 1e-9);
      expect(value).toBeLessThanOrEqual(most + 1e-9);
    }),
  );
});

test("tables that all are alike say what each of them says", () => {
  fc.assert(
    fc.property(points, place, place, fc.nat(8), (own, line, along, doublings) => {
      const mixture = new Mixture(sizesOf(64 * 2 ** doublings), tablesOf([own, own, own]));
      expect(at(mixture, line, along)).toBeCloseTo(at(new Mixture(sizesOf(256), tablesOf([own])), line, along), 9);
    }),
  );
});

test("between two rows the ratio runs as it does for other sizes, by as much as these rows are off theirs", () => {
  const point = (along: number, value: number): Point => ({ line: 0, along, value });
  const step = [point(0, 0), point(4, 0), point(5, 1), point(8, 1)];
  const mixture = new Mixture(sizesOf(256), tablesOf([[point(0, 0.2), point(8, 1.2)], step, step]));
  expect(at(mixture, 0, 4)).toBeCloseTo(0.2, 12);
  expect(at(mixture, 0, 5)).toBeCloseTo(1.2, 12);
});
