import fc from "fast-check";
import { expect, test } from "vitest";
import { expertChances, setChances } from "./set-chances.ts";
import { exactMoments } from "./token-by-token.contract.ts";

const weights = fc
  .array(fc.double({ min: 1e-6, max: 1, noNaN: true }), { minLength: 1, maxLength: 7 })
  .map((sizes) => Float64Array.from(sizes, (size) => size / sizes.reduce((sum, each) => sum + each)));

test("an expert's chance is the sum of the chances of the sets that hold it", () => {
  fc.assert(
    fc.property(weights, fc.nat(), (given, some) => {
      const topK = 1 + (some % given.length);
      const { mean } = exactMoments(given, topK);
      expertChances(setChances(given, topK), topK).forEach((chance, e) => {
        expect(chance).toBeCloseTo(mean[e]!, 12);
      });
    }),
  );
});

test("two picks of three equal experts differ with a chance of 2/3", () => {
  const { taking, allDifferent } = setChances(Float64Array.of(1 / 3, 1 / 3, 1 / 3), 2);
  expect(allDifferent).toBeCloseTo(2 / 3, 12);
  // the first of three is taken by 1/3 of tokens that need one and by 2/3 of those that need two; the last by all that still need one
  [1 / 3, 2 / 3, 1 / 2, 1, 1, 0].forEach((chance, i) => {
    expect(taking[i]).toBeCloseTo(chance, 12);
  });
});
