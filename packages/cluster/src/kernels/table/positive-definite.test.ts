import fc from "fast-check";
import { expect, test } from "vitest";
import { solvedBoth } from "./positive-definite.ts";

const SIZE = 4;
const numbers = (length: number) => fc.array(fc.integer({ min: -3, max: 3 }), { minLength: length, maxLength: length });

test("what is solved for gives back what it was solved from", () => {
  fc.assert(
    fc.property(numbers(SIZE * SIZE), numbers(SIZE), numbers(SIZE), (roots, b, c) => {
      const at = (i: number, j: number) =>
        Array.from({ length: SIZE }, (_, k) => roots[i * SIZE + k]! * roots[j * SIZE + k]!).reduce((sum, x) => sum + x, i === j ? 1 : 0);
      const matrix = Float64Array.from({ length: SIZE * SIZE }, (_, cell) => at(Math.floor(cell / SIZE), cell % SIZE));
      const found = solvedBoth(matrix, Float64Array.from(b), Float64Array.from(c));
      for (const [x, wanted] of [
        [found[0], b],
        [found[1], c],
      ] as const) {
        for (let i = 0; i < SIZE; i++) expect(x.reduce((sum, value, j) => sum + at(i, j) * value, 0)).toBeCloseTo(wanted[i]!, 7);
      }
    }),
  );
});
