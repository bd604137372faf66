import fc from "fast-check";
import { expect, test } from "vitest";
import { serialSum } from "./serial-sum.ts";

const time = fc.double({ min: 1e-9, max: 1e3, noNaN: true });
const share = fc.double({ min: 0, max: 1, noNaN: true });

test("nothing serial is the longer of the two, all serial their sum", () => {
  expect(serialSum(3, 4, 0)).toBe(4);
  expect(serialSum(3, 4, 1)).toBe(7);
  expect(serialSum(4, 4, 0.25)).toBe(6); // (8 + √(4 · 0.25 · 16)) / 2
});

test("it lies between the longer and the sum, whichever comes first", () => {
  fc.assert(
    fc.property(time, time, share, (a, b, serial) => {
      const sum = serialSum(a, b, serial);
      expect(sum).toBeGreaterThanOrEqual(Math.max(a, b) * (1 - 1e-12));
      expect(sum).toBeLessThanOrEqual((a + b) * (1 + 1e-12));
      expect(sum).toBeCloseTo(serialSum(b, a, serial), 9);
    }),
  );
});

test("it rises with both and with what is serial", () => {
  fc.assert(
    fc.property(time, time, time, share, share, (a, b, more, serial, other) => {
      const slack = 1e-9;
      expect(serialSum(a + more, b, serial)).toBeGreaterThanOrEqual(serialSum(a, b, serial) - slack);
      expect(serialSum(a, b, Math.max(serial, other))).toBeGreaterThanOrEqual(serialSum(a, b, Math.min(serial, other)) - slack);
    }),
  );
});
