import fc from "fast-check";
import { expect, test } from "vitest";
import { dealt, type PowerLaw, PowerLaws } from "./power-law.ts";

const law = fc
  .record({
    tokens: fc.integer({ min: 1, max: 40 }),
    experts: fc.integer({ min: 1, max: 6 }),
    ranks: fc.integer({ min: 1, max: 5 }),
    exponent: fc.constantFrom(0.6, 1, 1.01, 1.2, 2),
  })
  .chain((some) => fc.integer({ min: 1, max: some.experts * some.ranks }).map((topK): PowerLaw => ({ ...some, topK })));
const sumOf = (counts: ArrayLike<number>) => Array.from(counts).reduce((sum, count) => sum + count, 0);

/** The same, one copy after another. */
function oneByOne(weights: readonly number[], { tokens, topK, experts, ranks }: PowerLaw): number[][] {
  const copies = tokens * topK;
  const counts = weights.map((weight) => Math.min(tokens, Math.round(weight * (copies / sumOf(weights)))));
  const held = Array.from({ length: ranks }, (_, rank) => counts.slice(rank * experts, (rank + 1) * experts));
  const step = sumOf(counts) > copies ? -1 : 1;
  for (let left = Math.abs(copies - sumOf(counts)), rank = 0; left > 0; rank = (rank + 1) % ranks) {
    const own = held[rank]!;
    const open = own.flatMap((count, e) => ((step > 0 ? count < tokens : count > 0) ? [e] : []));
    if (open.length === 0) continue;
    const found = open.reduce((best, e) => (step * own[e]! < step * own[best]! ? e : best));
    own[found]! += step;
    left--;
  }
  return held.map((own) => own.sort((a, b) => a - b));
}

test("copies are dealt as one by one: shares rounded, and the rest in turns to the ranks' emptiest experts, or from their fullest", () => {
  const drawn = law.chain((one) =>
    fc
      .array(fc.double({ min: 0.01, max: 50, noNaN: true }), { minLength: one.experts * one.ranks, maxLength: one.experts * one.ranks })
      .map((weights) => ({ one, weights })),
  );
  fc.assert(
    fc.property(drawn, ({ one, weights }) => {
      const counts = dealt(Float64Array.from(weights), one);
      const held = Array.from({ length: one.ranks }, (_, rank) =>
        [...counts.slice(rank * one.experts, (rank + 1) * one.experts)].sort((a, b) => a - b),
      );
      expect(held).toEqual(oneByOne(weights, one));
    }),
  );
});

test("the rank with the most copies has at least its share of them, whole ones, and at most one of a token for each expert", () => {
  fc.assert(
    fc.property(law, (one) => {
      for (const counts of new PowerLaws().loadsOf(one)) {
        expect(counts).toHaveLength(one.experts);
        expect(sumOf(counts)).toBeGreaterThanOrEqual((one.tokens * one.topK) / one.ranks);
        if (one.ranks === 1) expect(sumOf(counts)).toBe(one.tokens * one.topK);
        for (const count of counts) expect(Number.isInteger(count) && count >= 0 && count <= one.tokens).toBe(true);
      }
    }),
  );
});

test("what a law draws does not depend on what was drawn before", () => {
  const laws = new PowerLaws();
  const one = { tokens: 64, topK: 4, experts: 8, ranks: 4, exponent: 1.2 };
  laws.loadsOf({ ...one, tokens: 8 });
  laws.loadsOf({ ...one, ranks: 1, experts: 32, exponent: 1.01 });
  expect(laws.loadsOf(one)).toEqual(new PowerLaws().loadsOf(one));
});

test("the longer the law's tail, the more copies the fullest expert has, in the mean", () => {
  const most = (exponent: number) => {
    const loads = new PowerLaws().loadsOf({ tokens: 1024, topK: 2, experts: 16, ranks: 8, exponent });
    return loads.reduce((sum, counts) => sum + Math.max(...counts), 0);
  };
  const even = (1024 * 2 * 32) / 128; // of 32 draws
  expect(most(1.2)).toBeGreaterThan(2 * even);
  expect(most(0.2)).toBeLessThan(most(1.2));
});
