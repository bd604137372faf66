import fc from "fast-check";
import { expect, test } from "vitest";
import { trafficOf } from "./traffic.ts";

const columns = (nodes: Float64Array) => trafficOf({ sameRank: 0, nodes, hottest: [], looked: 0, crossed: 0, crossedAware: 0 })!;

test("of up to 16 nodes the matrix is given, of more what each sends and hears, and the pairs with most", () => {
  const few = columns(new Float64Array(16 * 16).fill(1));
  expect(few.nodeBytes).toHaveLength(16);
  expect([few.nodes, few.hottestNodes]).toEqual([undefined, undefined]);
  const matrix = new Float64Array(17 * 17);
  matrix[3] = 5; // 0 → 3
  matrix[3 * 17] = 7; // 3 → 0
  matrix[3 * 17 + 3] = 100; // stays
  const many = columns(matrix);
  expect(many.nodeBytes).toBeNull();
  expect(many.nodes![0]).toEqual({ sentBytes: 5, heardBytes: 7 });
  expect(many.nodes![3]).toEqual({ sentBytes: 7, heardBytes: 5 });
  expect(many.hottestNodes).toEqual([
    { from: 3, to: 0, bytes: 7 },
    { from: 0, to: 3, bytes: 5 },
  ]);
});

test("all that nodes send is heard, and goes over the fabric; no pair that is left out has more than one that is listed", () => {
  const size = fc.integer({ min: 17, max: 24 });
  const matrices = size.chain((n) => fc.array(fc.nat(1000), { minLength: n * n, maxLength: n * n }));
  fc.assert(
    fc.property(matrices, (numbers) => {
      const n = Math.sqrt(numbers.length);
      const { nodes, hottestNodes, fabricBytes } = columns(Float64Array.from(numbers));
      const sum = (of: readonly number[]) => of.reduce((total, each) => total + each, 0);
      expect(sum(nodes!.map(({ sentBytes }) => sentBytes))).toBe(fabricBytes);
      expect(sum(nodes!.map(({ heardBytes }) => heardBytes))).toBe(fabricBytes);
      const pairs = numbers.filter((bytes, at) => bytes > 0 && Math.floor(at / n) !== at % n).sort((a, b) => b - a);
      expect(hottestNodes!.map(({ bytes }) => bytes)).toEqual(pairs.slice(0, 20));
    }),
    { numRuns: drawnCases(30) },
  );
});
