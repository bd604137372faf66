import type { ExpertsShape } from "@tokenyard/model";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Kriging } from "./kriging.ts";
import { MeasuredSizes } from "./measured-sizes.ts";
import { SizedTable } from "./sized-table.ts";
import type { LoadPoint } from "./strands.ts";

const coordinate = fc.integer({ min: 0, max: 3 });
const point: fc.Arbitrary<LoadPoint> = fc.record({
  line: coordinate,
  along: coordinate,
  handed: coordinate,
  spread: coordinate,
  value: fc.integer({ min: -9, max: 9 }),
  strand: fc.constant(""),
});
const points = fc.array(point, { minLength: 1, maxLength: 12 });
const several = fc.array(points, { minLength: 1, maxLength: 4 });
const coordinateAt = fc.double({ min: -1, max: 4, noNaN: true });
const place = fc.record({ line: coordinateAt, along: coordinateAt, handed: coordinateAt, spread: coordinateAt });

/** Experts of which a rank has so many. */
function sizesOf(experts: number): MeasuredSizes {
  const matrix = (inFeatures: number, outFeatures: number) => ({
    kind: "grouped-linear" as const,
    rowsPerExpert: new Float64Array(experts),
    first: 0,
    experts,
    inFeatures,
    outFeatures,
    weightBytes: 2,
    activationBytes: 2,
    precision: "bf16" as const,
  });
  const shape: ExpertsShape = { kind: "experts", up: matrix(1024, 1024), down: matrix(512, 1024), groupRows: 0 };
  return new MeasuredSizes().of(shape);
}
/** Tables of experts, each of twice as many as the one before. */
const tablesOf = (all: readonly (readonly LoadPoint[])[]) => all.map((own, i) => new SizedTable(sizesOf(8 * 2 ** i), own));
const valuesOf = (all: readonly (readonly LoadPoint[])[]) => all.flat().map(({ value }) => value);
const isAt = (a: LoadPoint, b: LoadPoint) => a.line === b.line && a.along === b.along && a.handed === b.handed && a.spread === b.spread;

describe("of sizes that were measured, whatever others were", () => {
  test("rows come back as they were measured, in the mean", () => {
    fc.assert(
      fc.property(several, (all) => {
        const kriging = new Kriging(sizesOf(8), tablesOf(all));
        for (const one of all[0]!) {
          const same = all[0]!.filter((other) => isAt(one, other));
          expect(kriging.at(one)).toBeCloseTo(same.reduce((sum, { value }) => sum + value, 0) / same.length, 9);
        }
      }),
    );
  });

  test("beyond their experts and rows the ratio stays as it is there", () => {
    fc.assert(
      fc.property(several, place, (all, at) => {
        const kriging = new Kriging(sizesOf(8), tablesOf(all));
        const inside = (key: "line" | "along") => {
          const own = all[0]!.map((one) => one[key]);
          return Math.min(Math.max(at[key], Math.min(...own)), Math.max(...own));
        };
        expect(kriging.at(at)).toBe(kriging.at({ ...at, line: inside("line"), along: inside("along") }));
      }),
    );
  });
});

test("no ratio is over all that were measured, nor under", () => {
  fc.assert(
    fc.property(several, place, fc.nat(5), (all, at, doublings) => {
      const value = new Kriging(sizesOf(4 * 2 ** doublings), tablesOf(all)).at(at);
      expect(value).toBeGreaterThanOrEqual(Math.min(...valuesOf(all)) - 1e-9);
      expect(value).toBeLessThanOrEqual(Math.max(...valuesOf(all)) + 1e-9);
    }),
  );
});

test("ratios that all are more by the same are foretold more by that much", () => {
  fc.assert(
    fc.property(several, place, fc.integer({ min: -5, max: 5 }), (all, at, more) => {
      const lifted = all.map((own) => own.map((one) => ({ ...one, value: one.value + more })));
      const [before, after] = [all, lifted].map((tables) => new Kriging(sizesOf(16), tablesOf(tables)).at(at));
      expect(after! - before!).toBeCloseTo(more, 7);
    }),
  );
});

test("the order of rows and of tables does not matter", () => {
  fc.assert(
    fc.property(several, place, (all, at) => {
      const turned = tablesOf(all.map((own) => [...own].reverse())).reverse();
      expect(new Kriging(sizesOf(16), turned).at(at)).toBeCloseTo(new Kriging(sizesOf(16), tablesOf(all)).at(at), 7);
    }),
  );
});

test("sizes of which there is one other table have its ratios", () => {
  fc.assert(
    fc.property(points, place, (own, at) => {
      expect(new Kriging(sizesOf(64), tablesOf([own])).at(at)).toBeCloseTo(new Kriging(sizesOf(8), tablesOf([own])).at(at), 9);
    }),
  );
});

test("of two loads the nearer one counts more, and halfway they count alike", () => {
  const at = (along: number, value = 0) => ({ line: 0, along, handed: 0, spread: 0, value, strand: "" });
  const kriging = new Kriging(sizesOf(8), tablesOf([[at(0, 0), at(2, 1)]]));
  expect(kriging.at(at(1))).toBeCloseTo(0.5, 12);
  const [near, far] = [0.25, 1.75].map((apart) => 1 / (1 + apart / 4) + 0.5 / (1 + apart / 1.5));
  const apart = 1 / (1 + 2 / 4) + 0.5 / (1 + 2 / 1.5);
  // of two points the weights are a half, and more or less by half of what their covariances differ by, over what one varies with the other less
  expect(kriging.at(at(0.25))).toBeCloseTo(0.5 - (near! - far!) / (2 * (1.5 - apart)), 12);
});

test("of a table with more rows than a solution can hold, those of like loads count as one", () => {
  const many = Array.from({ length: 20_000 }, (_, i) => {
    const along = (5 * i) / 20_000;
    return { line: 0, along, handed: 0, spread: 0, value: Math.sin(along), strand: "" };
  });
  const kriging = new Kriging(sizesOf(8), tablesOf([many]));
  for (const one of many.filter((_, i) => i % 997 === 0)) expect(kriging.at(one)).toBeCloseTo(one.value, 2);
});
