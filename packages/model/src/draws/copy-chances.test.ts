import fc from "fast-check";
import { expect, test } from "vitest";
import { copyChances } from "./copy-chances.ts";

test("of tokens whose two copies each come with the chance 1/2, 7/16 still do when half of the copies are lost", () => {
  // 1 − (1/2)² = 3/4 of them came with one copy a token in the mean; 1 − (3/4)² = 7/16
  expect(copyChances(2).left(0.75, 1, 0.5)).toBeCloseTo(7 / 16, 4);
});

test("tokens with one copy there are lost with it, those with all of theirs only with all of them", () => {
  expect(copyChances(4).left(1000, 1000, 300)).toBe(300);
  expect(copyChances(4).left(1000, 4000, 2000)).toBeCloseTo(1000 * (1 - 1 / 16), 9);
});

test("tokens that are left are no fewer than in proportion, no more than before, and no more than their copies; the more copies they have there, the more are left", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 64 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (topK, some, other, kept) => {
        const chances = copyChances(topK);
        const [fewer, more] = [Math.min(some, other), Math.max(some, other)].map((x) => 1 + x * (topK - 1)) as [number, number];
        const left = chances.left(1, fewer, kept * fewer);
        expect(left).toBeGreaterThanOrEqual(kept * (1 - 1e-9));
        expect(left).toBeLessThanOrEqual(Math.min(1, kept * fewer) * (1 + 1e-4)); // as straight as between steps
        expect(chances.left(1, more, kept * more)).toBeGreaterThanOrEqual(left * (1 - 1e-9));
      },
    ),
  );
});
