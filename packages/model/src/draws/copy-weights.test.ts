import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { copyWeights } from "./copy-weights.ts";
import { expertChances, LEAST_WEIGHT, setChances } from "./set-chances.ts";
import { exactMoments } from "./token-by-token.contract.ts";

/** Expected copies of one token, summed over all sets of experts. */
const expected = (weights: Float64Array, topK: number) => exactMoments(weights, topK).mean;
const chancesOf = (copies: readonly number[], topK: number) =>
  expertChances(
    setChances(
      copyWeights(copies, topK).map((weight) => Math.max(weight, LEAST_WEIGHT)),
      topK,
    ),
    topK,
  );

describe("the weights of recorded copies", () => {
  test("are the shares when a token visits one expert", () => {
    expect([...copyWeights([3, 1, 0], 1)]).toEqual([expect.closeTo(0.75, 12), expect.closeTo(0.25, 12), 0]);
  });

  test("are steeper than the shares when it visits two: copies of 4, 3, 3 on two of three experts", () => {
    // who is left out decides: 0.2, 0.4, 0.4 of the tokens, in proportion to 1/weight, so weights are as 2 : 1 : 1
    const weights = copyWeights([4, 3, 3], 2);
    expect([...weights]).toEqual([expect.closeTo(1 / 2, 8), expect.closeTo(1 / 4, 8), expect.closeTo(1 / 4, 8)]);
    [0.8, 0.6, 0.6].forEach((copies, e) => {
      expect(expected(weights, 2)[e]).toBeCloseTo(copies, 8);
    });
  });

  test("give copies in the recorded proportions, as far as an expert takes one copy of a token", () => {
    const record = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 2, maxLength: 7 });
    fc.assert(
      fc.property(record, fc.nat(), (copies, some) => {
        const topK = 1 + (some % (copies.length - 1));
        const sum = copies.reduce((total, each) => total + each);
        fc.pre(Math.max(...copies) * topK < sum * 0.999);
        expected(copyWeights(copies, topK), topK).forEach((chance, e) => {
          expect(chance / ((topK * copies[e]!) / sum)).toBeCloseTo(1, 6);
        });
      }),
    );
  });

  test("of hundreds of experts give them too", () => {
    const copies = Array.from({ length: 256 }, (_, e) => 1_000_000 / Math.sqrt(e + 1));
    const sum = copies.reduce((total, each) => total + each);
    chancesOf(copies, 8).forEach((chance, e) => {
      expect(chance / ((8 * copies[e]!) / sum)).toBeCloseTo(1, 8);
    });
  });

  test("send every token to an expert whose share is more than that, and the rest in their proportions", () => {
    // two of four: 90 of 120 is more than a half, so 1; the other copy of a token falls as 15 : 10 : 5
    [1, 1 / 2, 1 / 3, 1 / 6].forEach((chance, e) => {
      expect(chancesOf([90, 15, 10, 5], 2)[e]).toBeCloseTo(chance, 8);
    });
    // three of four: 100 is every token, and of what is left 90 of 100 for two copies is too
    [1, 1, 9 / 10, 1 / 10].forEach((chance, e) => {
      expect(chancesOf([1000, 90, 9, 1], 3)[e]).toBeCloseTo(chance, 8);
    });
  });

  test("send no token to an expert that got none", () => {
    // 2 : 3 : 3 of two copies
    [2 / 4, 0, 3 / 4, 3 / 4].forEach((chance, e) => {
      expect(chancesOf([2, 0, 3, 3], 2)[e]).toBeCloseTo(chance, 8);
    });
    [1, 0, 1, 0].forEach((chance, e) => {
      expect(chancesOf([5, 0, 1, 0], 2)[e]).toBeCloseTo(chance, 8);
    });
  });

  test("are all alike when a token visits every expert", () => {
    expect([...copyWeights([5, 1, 3, 1], 4)]).toEqual([1 / 4, 1 / 4, 1 / 4, 1 / 4]);
  });

  test("depend on the proportions only", () => {
    const more = copyWeights([300, 200, 100, 50], 2);
    copyWeights([6, 4, 2, 1], 2).forEach((weight, e) => {
      expect(weight).toBeCloseTo(more[e]!, 10);
    });
  });
});
