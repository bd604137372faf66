import { test } from "@fast-check/vitest";
import fc from "fast-check";
import { describe, expect } from "vitest";
import type { Axis } from "../points/axis.ts";
import { type Design, parametersOf } from "./design.ts";

const values = (path: string, ...list: number[]): Axis => ({ path, values: list });
const all = (axes: readonly Axis[], design: Design, seed = 1) => [...parametersOf(axes, design, seed).all()];
const axesOfSizes = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 });

describe("cross", () => {
  test("each value with each, the last path changing fastest", () => {
    expect(all([values("a", 1, 2), values("b", 3, 4)], { kind: "cross" })).toEqual([
      { a: 1, b: 3 },
      { a: 1, b: 4 },
      { a: 2, b: 3 },
      { a: 2, b: 4 },
    ]);
  });

  test.prop([axesOfSizes])("has as many points as the product of the sizes, all different", (sizes) => {
    const axes = sizes.map((size, i) => values(`${i}`, ...Array(size).keys()));
    const points = all(axes, { kind: "cross" });
    const product = sizes.reduce((sum, size) => sum * size, 1);
    expect(parametersOf(axes, { kind: "cross" }, 1).count).toBe(product);
    expect(new Set(points.map((point) => JSON.stringify(point))).size).toBe(product);
  });

  test("nothing varied is one point", () => {
    expect(all([], { kind: "cross" })).toEqual([{}]);
    expect(all([], { kind: "zip" })).toEqual([{}]);
  });

  test("a path without values leaves no point", () => {
    expect(all([values("a", 1, 2), values("b")], { kind: "cross" })).toEqual([]);
  });
});

describe("zip", () => {
  test.prop([fc.integer({ min: 1, max: 3 }), fc.integer({ min: 0, max: 10 })])(
    "has as many points as each path has values, in step",
    (paths, size) => {
      const axes = Array.from({ length: paths }, (_, axis) => values(`${axis}`, ...Array.from({ length: size }, (_, i) => 100 * axis + i)));
      const points = all(axes, { kind: "zip" });
      expect(points).toHaveLength(size);
      points.forEach((point, i) => {
        expect(Object.values(point)).toEqual(axes.map((_, axis) => 100 * axis + i));
      });
    },
  );

  test("refuses paths of different length", () => {
    expect(() => all([values("a", 1, 2), values("b", 3)], { kind: "zip" })).toThrow(
      "sweep.vary.b: 1 values given; wanted 2 values, as a has: zip takes them in step",
    );
  });
});

const between = (path: string): Axis => ({ path, from: 0, to: 1, unit: "" });

describe("latin-hypercube", () => {
  test("gives the same points for the same seed, and another path changes nothing in the first", () => {
    const design: Design = { kind: "latin-hypercube", points: 8 };
    const first = all([between("a")], design, 3).map(({ a }) => a);
    expect(all([between("a"), between("b")], design, 3).map(({ a }) => a)).toEqual(first);
    expect(all([between("a")], design, 4).map(({ a }) => a)).not.toEqual(first);
  });
});

describe("which design takes what", () => {
  test.each([
    [{ kind: "sobol" }, "sweep.points: nothing given; wanted the number of points of sobol"],
    [{ kind: "cross", points: 3 }, "sweep.points: 3 given; wanted none with cross"],
    [{ kind: "latin-hypercube", points: 0 }, "sweep.points: 0 given; wanted a whole number from 1"],
    [{ kind: "cross" }, "sweep.vary.a: a range without a step given; wanted values for cross: a range with a step"],
  ] as const)("%o", (design, message) => {
    expect(() => parametersOf([between("a")], design, 1)).toThrow(message);
  });

  test("no design has more points than ten million, whatever its values make", () => {
    const axes = ["a", "b"].map((path) => ({ path, values: Array.from({ length: 4000 }, (_, i) => i) }));
    expect(() => parametersOf(axes, { kind: "cross" }, 1)).toThrow(
      /sweep\.vary: 16000000 points given; wanted at most 10000000 points: fewer values/,
    );
    expect(parametersOf(axes, { kind: "zip" }, 1).count).toBe(4000);
  });

  test("sobol has at most 21 paths", () => {
    const axes = Array.from({ length: 22 }, (_, i) => between(`${i}`));
    expect(() => parametersOf(axes, { kind: "sobol", points: 1 }, 1)).toThrow("at most 21 paths");
  });
});
