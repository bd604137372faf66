import { test } from "@fast-check/vitest";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { stirlingError } from "./factorial.ts";

describe("stirlingError", () => {
  test.prop([fc.integer({ min: 1, max: 300 })])(
    "falls from n to n + 1 by (n + ½)·ln(1 + 1/n) − 1, across the end of its table, too",
    (n) => {
      const z = 1 / (2 * n + 1); // (n + ½)·ln((1 + z)/(1 − z)) − 1 = z²/3 + z⁴/5 + …
      let fall = 0;
      for (let j = 200; j >= 1; j--) fall = (fall + 1 / (2 * j + 1)) * z * z;
      expect(Math.abs(stirlingError(n) - stirlingError(n + 1) - fall)).toBeLessThan(3e-16);
    },
  );
});
