import type { AttentionShape, ExpertsShape, LinearShape } from "@tokenyard/model";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Kriging } from "./kriging.ts";
import { MeasuredSizes, type TabledShape } from "./measured-sizes.ts";
import { SizedTable } from "./sized-table.ts";
import type { LoadPlace, LoadPoint } from "./strands.ts";

const FORMATS = { weightBytes: 2, activationBytes: 2, precision: "bf16" } as const;

/** Experts of which a rank has so many. */
function expertsOf(experts: number): ExpertsShape {
  const matrix = (inFeatures: number, outFeatures: number) => ({
    kind: "grouped-linear" as const,
    rowsPerExpert: new Float64Array(experts),
    first: 0,
    experts,
    inFeatures,
    outFeatures,
    ...FORMATS,
  });
  return { kind: "experts", up: matrix(1024, 1024), down: matrix(512, 1024), groupRows: 0 };
}

function productOf(inFeatures: number): LinearShape {
  return { kind: "linear", parts: 1, rows: 1, inFeatures, outFeatures: 512, ...FORMATS };
}

/** Attention with so many query heads, on two of keys. */
function attentionOf(kind: AttentionShape["kind"], heads: number): AttentionShape {
  const sizes = {
    heads,
    kvHeads: 2,
    keySize: 64,
    valueSize: 64,
    cachedSize: 128,
    kvBytes: 2,
    activationBytes: 2,
    precision: "bf16",
  } as const;
  return { kind, latent: false, ...sizes, sequences: 1, newTokens: 1, contextTokens: 1, pairs: 1 };
}

interface Kernel {
  readonly name: string;
  readonly shapeOf: (size: number) => TabledShape;
  /** What else distinguishes loads follows from their lines and places along them, but for experts. */
  readonly placed: <P extends LoadPlace>(place: P) => P;
}

const KERNELS: readonly Kernel[] = [
  { name: "experts", shapeOf: expertsOf, placed: (place) => place },
  { name: "products", shapeOf: productOf, placed: (place) => ({ ...place, line: 0, third: Math.floor(place.along), fourth: 0 }) },
  {
    name: "attention of prompts",
    shapeOf: (heads) => attentionOf("attention-prefill", heads),
    placed: (place) => ({ ...place, third: place.along + 2, fourth: 0 }),
  },
  {
    name: "attention, decoding",
    shapeOf: (heads) => attentionOf("attention-decode", heads),
    placed: (place) => ({ ...place, third: place.line + 1, fourth: place.line + place.along + 1 }),
  },
];

const coordinate = fc.integer({ min: 0, max: 3 });
const point: fc.Arbitrary<LoadPoint> = fc.record({
  line: coordinate,
  along: coordinate,
  third: coordinate,
  fourth: coordinate,
  value: fc.integer({ min: -9, max: 9 }),
  strand: fc.constant(""),
});
const rows = fc.array(point, { minLength: 1, maxLength: 12 });
const coordinateAt = fc.double({ min: -1, max: 4, noNaN: true });
const anywhere = fc.record({ line: coordinateAt, along: coordinateAt, third: coordinateAt, fourth: coordinateAt });

const valuesOf = (all: readonly (readonly LoadPoint[])[]) => all.flat().map(({ value }) => value);
const isAt = (a: LoadPlace, b: LoadPlace) => a.line === b.line && a.along === b.along && a.third === b.third && a.fourth === b.fourth;

describe.each(KERNELS)("$name", ({ name, shapeOf, placed }) => {
  const sizesOf = (size: number) => new MeasuredSizes().of(shapeOf(size));
  const points = rows.map((own) => own.map(placed));
  const several = fc.array(points, { minLength: 1, maxLength: 4 });
  const place = anywhere.map(placed);
  /** Tables of kernels, each twice as large as the one before. */
  const tablesOf = (all: readonly (readonly LoadPoint[])[]) => all.map((own, i) => new SizedTable(sizesOf(8 * 2 ** i), own));

  test("rows of sizes that were measured come back as they were, in the mean, whatever others are", () => {
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

  test("beyond the lines and places that were measured the ratio stays as it is there", () => {
    fc.assert(
      fc.property(several, place, (all, at) => {
        const kriging = new Kriging(sizesOf(8), tablesOf(all));
        const inside = (key: "line" | "along") => {
          const own = all[0]!.map((one) => one[key]);
          return Math.min(Math.max(at[key], Math.min(...own)), Math.max(...own));
        };
        expect(kriging.at(at)).toBeCloseTo(kriging.at(placed({ ...at, line: inside("line"), along: inside("along") })), 9);
      }),
    );
  });

  test("no ratio is over all that were measured, nor under", () => {
    fc.assert(
      fc.property(several, place, fc.nat(8), (all, at, doublings) => {
        const value = new Kriging(sizesOf(2 ** doublings), tablesOf(all)).at(at);
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

  test("what was asked for before does not matter", () => {
    fc.assert(
      fc.property(several, fc.array(place, { minLength: 2, maxLength: 5 }), (all, places) => {
        const kriging = new Kriging(sizesOf(8), tablesOf(all));
        for (const at of places.flatMap((each) => [each, each])) expect(kriging.at(at)).toBe(new Kriging(sizesOf(8), tablesOf(all)).at(at));
      }),
    );
  });

  test("of a table with more rows than a solution can hold, those of like loads count as one, and come back as they were, but for experts", {
    tags: "long",
  }, () => {
    const many = Array.from({ length: 20_000 }, (_, i) => {
      const along = (5 * i) / 20_000;
      return placed({ line: 0, along, third: 0, fourth: 0, value: Math.sin(along) + (i === 5982 ? 0.0035 : 0), strand: "" });
    });
    const kriging = new Kriging(sizesOf(8), tablesOf([many]));
    for (const one of many.filter((_, i) => i % 997 === 0)) expect(kriging.at(one)).toBeCloseTo(one.value, name === "experts" ? 2 : 9);
  });
});

const ORIGIN = { line: 0, along: 0, third: 0, fourth: 0, strand: "" };

test("of two loads of experts the nearer one counts more, and halfway they count alike", () => {
  const at = (along: number, value = 0) => ({ ...ORIGIN, along, value });
  const kriging = new Kriging(new MeasuredSizes().of(expertsOf(8)), [
    new SizedTable(new MeasuredSizes().of(expertsOf(8)), [at(0, 0), at(2, 1)]),
  ]);
  expect(kriging.at(at(1))).toBeCloseTo(0.5, 12);
  const [near, far] = [0.25, 1.75].map((apart) => 1 / (1 + apart / 4) + 0.5 / (1 + apart / 1.5));
  const apart = 1 / (1 + 2 / 4) + 0.5 / (1 + 2 / 1.5);
  // of two points the weights are a half, and more or less by half of what their covariances differ by, over what one varies with the other less
  expect(kriging.at(at(0.25))).toBeCloseTo(0.5 - (near! - far!) / (2 * (1.5 - apart)), 12);
});

test("of products that are as near as each other the same are taken in any order", () => {
  const product = (inFeatures: number, outFeatures: number): TabledShape => ({ ...productOf(inFeatures), outFeatures });
  const wider = Array.from({ length: 20 }, (_, i) => 1024 * 2 ** i);
  const sizes = [product(600, 512), ...wider.flatMap((features) => [product(features, 512), product(512, features)])];
  const tables = sizes.map((shape, i) => new SizedTable(new MeasuredSizes().of(shape), [{ ...ORIGIN, value: i }]));
  const ratioOf = (all: typeof tables) => new Kriging(new MeasuredSizes().of(product(512, 512)), all).at(ORIGIN);
  expect(ratioOf([...tables].reverse())).toBeCloseTo(ratioOf(tables), 7);
});
