import { expect, test } from "vitest";
import { numberForm } from "./number-column.ts";

/** The cells of a column, and its unit. */
function column(values: readonly (number | null)[], unit: string): [string, ...string[]] {
  const form = numberForm(values, unit);
  return [form.unit, ...values.map(form.text)];
}

test("numbers of a column share unit and digits, which suit the middle one", () => {
  expect(column([0.001234, 0.0123456, 0.5], "s")).toEqual(["ms", "1.23", "12.35", "500.00"]);
  expect(column([3e-6, 2.5e-6], "s")).toEqual(["us", "3.000", "2.500"]);
  expect(column([0.0126, 0.2, null], "%")).toEqual(["%", "1.260", "20.000", "–"]);
  expect(column([82.45529, 5.1], "tokens/ms")).toEqual(["tokens/ms", "82.455", "5.100"]);
  expect(column([57.6e9, 64e9], "B")).toEqual(["GB", "57.60", "64.00"]);
});

test("whole numbers stay whole, with their thousands apart", () => {
  expect(column([512, 16, 1_024, -2_048], "")).toEqual(["", "512", "16", "1,024", "-2,048"]);
  expect(column([0.5, 2], "")).toEqual(["", "0.5000", "2.0000"]);
});

test("a mean has its spread, and the lower end in brackets where nothing bounds it above", () => {
  const { mean } = numberForm([0.024], "s");
  expect(mean(0.024, { low: 0.021, high: 0.027 })).toBe("24 ± 3");
  expect(mean(0.024, { low: 0.021, high: Number.POSITIVE_INFINITY })).toBe("24 (at least 21)");
  expect([mean(0.024, null), mean(Number.POSITIVE_INFINITY, null)]).toEqual(["24.00", "never"]);
});

test("half of an interval that is too narrow for the digits of a column does not read as 0", () => {
  const { mean } = numberForm([0.006085], "J");
  expect(mean(0.006085, { low: 0.0060848, high: 0.0060852 })).toBe("0.006085 ± <0.000001");
  expect(mean(0.006085, { low: 0.006085, high: 0.006085 })).toBe("0.006085"); // no width
});

test("a column of nothing but zeros and gaps reads as such", () => {
  expect(column([0, null, 0], "s")).toEqual(["s", "0.000", "–", "0.000"]);
  expect(column([], "s")).toEqual(["s"]);
});
