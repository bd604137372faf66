import fc from "fast-check";
import { expect, test } from "vitest";
import { differences } from "../../passes/executors.contract.ts";
import { LoadSums } from "./load-sums.ts";
import { addRatio, createRatioSums, ratiosOf } from "./ratio-sums.ts";

const seen = fc.record({ ratio: fc.double({ min: 0, max: 300, noNaN: true }), times: fc.integer({ min: 1, max: 1_000 }) });

test("sums of ratios are the same to the last digit in whatever order, and however many at once, they are added up, and near what they are", () => {
  fc.assert(
    fc.property(fc.array(seen, { maxLength: 60 }), (all) => {
      const [once, singly] = [createRatioSums(1), createRatioSums(1)];
      let sum = 0;
      let count = 0;
      for (const { ratio, times } of all) {
        addRatio(once, 0, ratio, times);
        sum += ratio * times;
        count += times;
      }
      for (const { ratio, times } of all.toReversed()) for (let i = 0; i < times; i++) addRatio(singly, 0, ratio, 1);
      expect(ratiosOf(singly, 0)).toBe(ratiosOf(once, 0));
      expect(Math.abs(ratiosOf(once, 0) - sum)).toBeLessThanOrEqual(2 ** -43 * count + 1e-13 * sum); // half a grain each
    }),
  );
});

test("passes through all layers come to the same at once as layer by layer", () => {
  fc.assert(
    fc.property(fc.array(seen, { minLength: 1, maxLength: 20 }), fc.integer({ min: 1, max: 5 }), (all, layers) => {
      const rows = Array.from({ length: layers }, (_, row) => row);
      const [alike, apart] = [new LoadSums(layers), new LoadSums(layers)];
      for (const { ratio, times } of all) {
        alike.addAlike(rows, ratio, 1 + ratio, times);
        for (const row of rows) apart.add(row, ratio, 1 + ratio, times);
      }
      expect(differences(alike.columns(), apart.columns())).toEqual([]);
    }),
  );
});
