import fc from "fast-check";
import { expect, test } from "vitest";
import { splitTokens } from "./split-tokens.ts";

function split(rows: readonly number[], ranks: number): number[] {
  const out = new Float64Array(rows.length * ranks);
  splitTokens(rows, ranks, out);
  return [...out];
}

test("5 tokens over four ranks are 2, 2, 1 and none: parts of two, the last ones padded", () => {
  expect(split([5, 0, 4], 4)).toEqual([2, 2, 1, 0, 0, 0, 0, 0, 1, 1, 1, 1]);
});

test("parts add up to a group's tokens, in a row, and none is longer than the first", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(5000), { minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 16 }), (rows, ranks) => {
      const parts = split(rows, ranks);
      for (const [g, tokens] of rows.entries()) {
        const own = parts.slice(g * ranks, (g + 1) * ranks);
        expect(own.reduce((sum, part) => sum + part, 0)).toBe(tokens);
        expect(own[0]).toBe(Math.ceil(tokens / ranks));
        for (const [i, part] of own.entries()) expect(part).toBeLessThanOrEqual(own[i - 1] ?? part);
      }
    }),
  );
});
