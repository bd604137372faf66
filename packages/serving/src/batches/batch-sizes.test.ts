import fc from "fast-check";
import { expect, test } from "vitest";
import { BatchSizes } from "./batch-sizes.ts";

const anySizes = fc
  .uniqueArray(fc.integer({ min: 1, max: 600 }), { minLength: 1, maxLength: 40 })
  .map((sizes) => sizes.sort((a, b) => a - b));

test("a decode of 3 takes the graph of 4, one of 8 that of 8, one of 9 none", () => {
  const sizes = new BatchSizes([1, 2, 4, 8]);
  expect([0, 1, 2, 3, 4, 5, 8, 9, 100].map((sequences) => sizes.rows(sequences))).toEqual([0, 1, 2, 4, 4, 8, 8, 9, 100]);
});

test("rows are those of the smallest size that holds the sequences, as a look through all sizes finds it", () => {
  fc.assert(
    fc.property(anySizes, fc.nat({ max: 700 }), (sizes, sequences) => {
      const rows = new BatchSizes(sizes).rows(sequences);
      expect(rows).toBe(
        sequences === 0
          ? 0
          : Math.min(...sizes.filter((size) => size >= sequences), Math.max(...sizes) >= sequences ? Number.POSITIVE_INFINITY : sequences),
      );
    }),
  );
});

test("most rows are never less than those of any number of sequences up to it", () => {
  fc.assert(
    fc.property(anySizes, fc.nat({ max: 700 }), (sizes, most) => {
      const graphs = new BatchSizes(sizes);
      expect(graphs.mostRows(most)).toBe(Math.max(...Array.from({ length: most + 1 }, (_, sequences) => graphs.rows(sequences))));
    }),
  );
});
