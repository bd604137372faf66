import { op } from "@tokenyard/program";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Stretch, stretchesOf } from "./stretch.ts";

/** The ops of a model whose layers are dense (d), routed (e), or each with a window (D, E); then the head. */
const program = (layers: string) => [
  ...[...layers].flatMap((kind, layer) => [
    op(kind === kind.toLowerCase() ? "attention" : "windowed-attention", layer),
    op(kind.toLowerCase() === "d" ? "dense" : "experts", layer),
  ]),
  op("head", -1),
];
const shape = ({ ops, times }: Stretch) => `${ops.length / 2} × ${times}`;

test("layers that are alike are one stretch, whether one repeats or several by turns", () => {
  expect(stretchesOf(program("dddd")).map(shape)).toEqual(["1 × 4", "0.5 × 1"]);
  expect(stretchesOf(program("dee")).map(shape)).toEqual(["1 × 1", "1 × 2", "0.5 × 1"]);
  expect(stretchesOf(program("EeEeEe")).map(shape)).toEqual(["2 × 3", "0.5 × 1"]);
  expect(stretchesOf(program("EEeEEeE")).map(shape)).toEqual(["3 × 2", "1.5 × 1"]);
});

test("stretches run what the program runs, op by op", () => {
  const layers = fc.array(fc.constantFrom("d", "e", "D", "E"), { minLength: 1, maxLength: 24 }).map((kinds) => kinds.join(""));
  fc.assert(
    fc.property(layers, (kinds) => {
      const ops = program(kinds);
      const run = stretchesOf(ops).flatMap((stretch) => Array.from({ length: stretch.times }, () => stretch.ops).flat());
      expect(run.map((placed) => placed.op.work)).toEqual(ops.map(({ work }) => work));
      let at = 0;
      for (const stretch of stretchesOf(ops)) {
        expect(stretch.ops.map((placed) => placed.at)).toEqual(stretch.ops.map((_, o) => at + o)); // of its first unit
        at += stretch.ops.length * stretch.times;
      }
    }),
  );
});
