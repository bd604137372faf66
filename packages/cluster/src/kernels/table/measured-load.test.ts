import fc from "fast-check";
import { expect, test } from "vitest";
import { productPlace } from "./measured-load.ts";

test("a product of 65 rows is nearer to one of 80 than to one of 64", () => {
  expect(productPlace(80) - productPlace(65)).toBeLessThan((productPlace(65) - productPlace(64)) / 3);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100_000 }), (rows) => {
      expect(productPlace(rows + 1)).toBeGreaterThan(productPlace(rows));
    }),
  );
});
