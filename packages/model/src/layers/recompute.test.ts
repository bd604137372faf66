import fc from "fast-check";
import { expect, test } from "vitest";
import { chunksOf, chunkTokensOf, reprojectedTokens } from "./recompute.ts";

test("nothing is computed in chunks unless it is asked for, the feed-forwards only under all", () => {
  const all = Number.POSITIVE_INFINITY;
  expect(chunkTokensOf({})).toEqual({ attention: all, feedForward: all });
  expect(chunkTokensOf({ recompute: { kind: "none" } })).toEqual({ attention: all, feedForward: all });
  expect(chunkTokensOf({ recompute: { kind: "attention" } })).toEqual({ attention: 1024, feedForward: all });
  expect(chunkTokensOf({ recompute: { kind: "all", chunkTokens: 7 } })).toEqual({ attention: 7, feedForward: 7 });
});

test("each chunk has those before it projected again, counted one by one", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 600 }), (tokens, chunkTokens) => {
      const chunks = chunksOf(tokens, chunkTokens);
      expect(tokens / chunks).toBeLessThanOrEqual(chunkTokens);
      if (chunks > 1) expect(tokens / (chunks - 1)).toBeGreaterThan(chunkTokens); // no more of them than must be
      let before = 0;
      for (let chunk = 0; chunk < chunks; chunk++) before += (chunk * tokens) / chunks;
      expect(reprojectedTokens(tokens, chunkTokens)).toBeCloseTo(before, 6);
    }),
  );
});

test("10,240 tokens in chunks of 1,024 project 46,080 again; what fits in a chunk projects none", () => {
  expect(reprojectedTokens(10_240, 1024)).toBe(1024 * (0 + 1 + 2 + 3 + 4 + 5 + 6 + 7 + 8 + 9));
  expect(reprojectedTokens(1024, 1024)).toBe(0);
  expect(reprojectedTokens(1, Number.POSITIVE_INFINITY)).toBe(0);
});
