import fc from "fast-check";
import { expect, test } from "vitest";
import { between, fullestNodes, TokenGrid } from "./law-grid.ts";

test("each of the first few numbers of tokens has a node, and others are between two that are near", () => {
  const grid = new TokenGrid(1.2);
  for (let tokens = 1; tokens <= 8; tokens++) expect(grid.around(tokens)).toEqual({ below: tokens, above: tokens, part: 0 });
  // 8, 10, 12, 14, 17, 20, 24: each 1.2 times the one before, in whole numbers
  expect(grid.around(13)).toEqual({ below: 12, above: 14, part: 0.5 });
  expect(grid.around(24)).toEqual({ below: 24, above: 24, part: 0 });
});

test("what is between two nodes is as far from them as it is", () => {
  fc.assert(
    fc.property(fc.constantFrom(1.05, 1.2), fc.integer({ min: 1, max: 1e6 }), (factor, tokens) => {
      const { below, above, part } = new TokenGrid(factor).around(tokens);
      expect(below + (above - below) * part).toBeCloseTo(tokens, 6);
      expect(above).toBeLessThanOrEqual(Math.max(below + 1, Math.round(below * factor)));
    }),
  );
});

test("the fullest data group has from an even share to all of the tokens", () => {
  expect(fullestNodes(16, 8)).toEqual([2, 3, 4, 5, 6, 8, 10, 15, 16]); // 2 × 1.25ᵏ until 8 are passed, then 9.5 × 1.6, in whole tokens
  expect(fullestNodes(5, 1)).toEqual([5]);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e5 }), fc.integer({ min: 1, max: 128 }), (tokens, groups) => {
      const nodes = fullestNodes(tokens, groups);
      expect(nodes[0]).toBe(Math.ceil(tokens / groups));
      expect(nodes.at(-1)).toBe(tokens);
      expect(nodes.every((node, i) => i === 0 || node > nodes[i - 1]!)).toBe(true);
    }),
  );
});

test("a value outside of the nodes is at the one that is nearest", () => {
  expect(between([2, 4], 1)).toEqual({ below: 2, above: 2, part: 0 });
  expect(between([2, 4], 9)).toEqual({ below: 4, above: 4, part: 0 });
  expect(between([2, 4, 10], 7)).toEqual({ below: 4, above: 10, part: 0.5 });
});
