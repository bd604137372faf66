import { test } from "@fast-check/vitest";
import fc from "fast-check";
import { expect } from "vitest";
import { layered } from "./layer.ts";
import { plainOf, type Written, writtenOf } from "./written.ts";

/** The plain tree of `layers`, the last uppermost. */
function laid(...layers: unknown[]): unknown {
  return plainOf(layers.map((layer) => writtenOf(layer)).reduce<Written>((lower, upper) => layered(lower, upper), writtenOf({})));
}

test("maps merge deep", () => {
  expect(laid({ a: { x: 1, y: 2 } }, { a: { y: 3, z: 4 }, b: 5 })).toEqual({ a: { x: 1, y: 3, z: 4 }, b: 5 });
});

test("lists and single values replace", () => {
  expect(laid({ a: [1, 2, 3], b: { x: 1 } }, { a: [4], b: 2 })).toEqual({ a: [4], b: 2 });
});

test("null removes, and what comes after it starts afresh", () => {
  expect(laid({ a: { x: 1 }, b: 2 }, { a: null })).toEqual({ b: 2 });
  expect(laid({ a: { x: 1 } }, { a: null }, { a: { y: 2 } })).toEqual({ a: { y: 2 } });
});

test("another kind replaces the map, the same kind merges", () => {
  expect(laid({ gate: { kind: "zipf", exponent: 1 } }, { gate: { kind: "uniform" } })).toEqual({ gate: { kind: "uniform" } });
  expect(laid({ gate: { kind: "zipf", exponent: 1 } }, { gate: { kind: "zipf", shared: true } })).toEqual({
    gate: { kind: "zipf", exponent: 1, shared: true },
  });
});

test("another preset replaces the map, and so does a first one", () => {
  expect(laid({ gpu: { preset: "a", memory: 1 } }, { gpu: { preset: "b" } })).toEqual({ gpu: { preset: "b" } });
  expect(laid({ gpu: { memory: 1 } }, { gpu: { preset: "b" } })).toEqual({ gpu: { preset: "b" } });
  expect(laid({ gpu: { preset: "a" } }, { gpu: { memory: 1 } })).toEqual({ gpu: { preset: "a", memory: 1 } });
});

const word = fc.constantFrom("a", "b");
const trees = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom<unknown>(null, 1, [1], [2, 3]),
    fc.record({ kind: word, preset: word, x: tie("tree"), y: tie("tree") }, { requiredKeys: [] }),
  ),
})).tree;

test.prop([trees, trees], { numRuns: drawnCases(1000) })("laying the same once more changes nothing", (lower, upper) => {
  expect(laid(lower, upper, upper)).toEqual(laid(lower, upper));
});

test.prop([trees])("an empty map laid over a map changes nothing", (tree) => {
  expect(laid({ a: tree }, {}, { a: {} })).toEqual(
    laid({ a: tree }, typeof tree === "object" && !Array.isArray(tree) && tree !== null ? {} : { a: {} }),
  );
});
