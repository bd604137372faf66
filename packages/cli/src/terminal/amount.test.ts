import { expect, test } from "vitest";
import { amount, counted, grouped } from "./amount.ts";

test("an amount has three significant digits and the prefix that fits, at the edges too", () => {
  expect(amount(67_403_776, "FLOP")).toBe("67.4 MFLOP");
  expect(amount(999.6, "B")).toBe("1 kB");
  expect(amount(999_400, "B")).toBe("999 kB");
  expect(amount(999_500, "B")).toBe("1 MB");
  expect(amount(0, "B")).toBe("0 B");
  expect(amount(0.25, "B")).toBe("0.25 B");
  expect(amount(10e9, "")).toBe("10 G");
  expect(amount(1e21, "B")).toBe("1000000 PB");
});

test("counts have their thousands set apart and their noun in the plural", () => {
  expect([0, 999, 1000, 1234567].map(grouped)).toEqual(["0", "999", "1,000", "1,234,567"]);
  expect([counted(1, "stage"), counted(1600, "stage")]).toEqual(["1 stage", "1,600 stages"]);
});
