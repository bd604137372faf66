import { test } from "@fast-check/vitest";
import fc from "fast-check";
import { expect } from "vitest";
import { MOST_SOBOL_AXES, sobol } from "./sobol.ts";

test("the first points are those of the published table", () => {
  // of Joe and Kuo's own program, columns 1 to 5 and 19 to 21
  const points = [...sobol(MOST_SOBOL_AXES, 8)].map((point) => [...point.slice(0, 5), ...point.slice(-3)]);
  expect(points).toEqual([
    [0, 0, 0, 0, 0, 0, 0, 0],
    [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5],
    [0.75, 0.25, 0.25, 0.25, 0.75, 0.75, 0.25, 0.25],
    [0.25, 0.75, 0.75, 0.75, 0.25, 0.25, 0.75, 0.75],
    [0.375, 0.375, 0.625, 0.875, 0.375, 0.875, 0.125, 0.125],
    [0.875, 0.875, 0.125, 0.375, 0.875, 0.375, 0.625, 0.625],
    [0.625, 0.125, 0.875, 0.625, 0.625, 0.125, 0.375, 0.375],
    [0.125, 0.625, 0.375, 0.125, 0.125, 0.625, 0.875, 0.875],
  ]);
});

test.prop([fc.integer({ min: 0, max: MOST_SOBOL_AXES - 1 }), fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 3 })])(
  "2^k points in a row from a multiple of 2^k fill each of 2^k slices of every axis once",
  (axis, power, block) => {
    const size = 2 ** power;
    const points = [...sobol(axis + 1, size * (block + 1))].slice(size * block);
    const slices = points.map((point) => Math.floor(point[axis]! * size));
    expect(slices.sort((a, b) => a - b)).toEqual([...Array(size).keys()]);
  },
);

test("in the plane its points lie more evenly than any of a hundred random sets", () => {
  const size = 256;
  const points = [...sobol(2, size)] as [number, number][];
  let state = 1;
  const random = () => {
    state = (state * 48271) % 2147483647; // Park and Miller's generator
    return state / 2147483647;
  };
  const even = discrepancy(points);
  for (let i = 0; i < 100; i++) {
    const others = Array.from({ length: size }, (): [number, number] => [random(), random()]);
    expect(discrepancy(others)).toBeGreaterThan(even);
  }
});

/** Square of the L2 star discrepancy, by Warnock's formula. */
function discrepancy(points: readonly (readonly [number, number])[]): number {
  const n = points.length;
  let single = 0;
  let pairs = 0;
  for (const [x, y] of points) {
    single += (1 - x * x) * (1 - y * y);
    for (const [u, v] of points) pairs += (1 - Math.max(x, u)) * (1 - Math.max(y, v));
  }
  return 1 / 9 - (2 / n) * (single / 4) + pairs / (n * n);
}
