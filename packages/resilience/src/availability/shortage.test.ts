import { expect, test } from "vitest";
import { shortage } from "./shortage.ts";

test("what GPUs that stand by leave missing is what is known by hand", () => {
  expect(shortage(0, 3)).toBe(1);
  expect(shortage(1, 1)).toBeCloseTo(1 / Math.E, 12); // a − 1 + e^−a
  expect(shortage(2, 1)).toBeCloseTo(3 / Math.E - 1, 12); // that, less P(N > 1) = 1 − 2/e
  expect(shortage(1, 0.01)).toBeCloseTo(0.005, 4); // a / 2 where two at once are rare
  expect(shortage(3, 0)).toBe(0);
  expect(shortage(100, 10_000)).toBeCloseTo(0.99, 6);
});

test("more GPUs that stand by leave less missing, and more in repair leave more", () => {
  for (const absent of [0.1, 1, 7.5, 300]) {
    for (let spares = 0; spares < 12; spares++) {
      expect(shortage(spares + 1, absent)).toBeLessThan(shortage(spares, absent));
      if (spares > 0) expect(shortage(spares, absent * 1.5)).toBeGreaterThan(shortage(spares, absent));
    }
  }
});
