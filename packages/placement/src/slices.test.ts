import fc from "fast-check";
import { expect, test } from "vitest";
import { slicesOf } from "./slices.ts";

const counts = (slices: ReturnType<typeof slicesOf>) => slices.map(([own]) => own!.length);

test("by cost the dearest stage is as cheap as can be: a layer of 3 and seven of 1 on two stages are 3 + 1 + 1 and five of 1", () => {
  expect(counts(slicesOf(8, 2, 1, [3, 1, 1, 1, 1, 1, 1, 1]))).toEqual([3, 5]); // 5 and 5
  expect(counts(slicesOf(8, 2, 1))).toEqual([4, 4]); // 6 and 4
  expect(counts(slicesOf(5, 3, 1, [1, 1, 9, 1, 1]))).toEqual([2, 1, 2]);
});

test("by cost equal layers are divided as by count, and unequal ones where no cut is cheaper", () => {
  for (const [layers, stages] of [
    [7, 3],
    [61, 4],
    [5, 5],
    [2, 4],
  ] as const)
    expect(slicesOf(layers, stages, 1, new Array(layers).fill(2))).toEqual(slicesOf(layers, stages, 1));
  expect(counts(slicesOf(4, 2, 1, [5, 1, 5, 1]))).toEqual([2, 2]);
});

test("by cost stages are divided as by count if a cut is only as cheap, though others are, too", () => {
  expect(counts(slicesOf(4, 2, 1, [4, 0, 0, 4]))).toEqual([2, 2]); // 4 and 4, as 1 and 3 layers would be
  expect(counts(slicesOf(6, 3, 1, [2, 0, 0, 2, 0, 2]))).toEqual([2, 2, 2]);
});

test("slices of interleaved stages go by count, whatever layers cost", () => {
  expect(slicesOf(8, 2, 2, [9, 1, 1, 1, 1, 1, 1, 1])).toEqual(slicesOf(8, 2, 2));
  expect(slicesOf(8, 2, 2)).toEqual([
    [
      [0, 1],
      [4, 5],
    ],
    [
      [2, 3],
      [6, 7],
    ],
  ]);
});

test("by cost no other cut makes the dearest stage cheaper, and each layer is on one stage, in order", () => {
  const anyCosts = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 9 });
  fc.assert(
    fc.property(anyCosts, fc.integer({ min: 1, max: 4 }), (costs, stages) => {
      const slices = slicesOf(costs.length, stages, 1, costs);
      expect(slices.flat(2)).toEqual(costs.map((_, layer) => layer));
      if (stages > costs.length) return;
      const dearest = Math.max(...slices.map(([own]) => own!.reduce((sum, layer) => sum + costs[layer]!, 0)));
      expect(dearest).toBe(cheapest(costs, stages));
    }),
  );
});

/** The least that the dearest of `stages` stages can cost, by trying every cut. */
function cheapest(costs: readonly number[], stages: number): number {
  if (stages === 1) return costs.reduce((sum, cost) => sum + cost, 0);
  let least = Number.POSITIVE_INFINITY;
  for (let first = 1; first <= costs.length - stages + 1; first++) {
    const own = costs.slice(0, first).reduce((sum, cost) => sum + cost, 0);
    least = Math.min(least, Math.max(own, cheapest(costs.slice(first), stages - 1)));
  }
  return least;
}
