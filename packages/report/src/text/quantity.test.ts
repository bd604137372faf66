import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { brief, bytes, measured, percent, prefixed, seconds, significant, smallPercent } from "./quantity.ts";

const positive = fc.double({ min: 1e-9, max: 1e15, noNaN: true });

/** Reads `1.23 ms` back. */
function read(text: string): number {
  const [, digits = "", unit = ""] = /^([\d.,]+)(?: (.*))?$/.exec(text) ?? [];
  const scale: Record<string, number> = { n: 1e-9, u: 1e-6, m: 1e-3, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15 };
  return Number(digits.replaceAll(",", "")) * (scale[unit.charAt(0)] ?? 1);
}

test.prop([positive])("a duration reads back within half a unit of its third digit", (value) => {
  expect(Math.abs(read(seconds(value)) / value - 1)).toBeLessThanOrEqual(0.005 + 1e-9);
});

test.prop([positive.filter((value) => value >= 1)])("a number of bytes reads back within half a unit of its third digit", (value) => {
  expect(Math.abs(read(bytes(value)) / value - 1)).toBeLessThanOrEqual(0.005 + 1e-9);
});

test.prop([fc.double({ min: 1e-9, max: 999, noNaN: true })])("a duration below 1000 s takes at most seven characters", (value) => {
  expect(seconds(value).length).toBeLessThanOrEqual(7); // 1.23 ms
});

test("the unit changes where rounding reaches it, not before", () => {
  expect([seconds(999.4e-6), seconds(999.6e-6), seconds(59.96)]).toEqual(["999 us", "1.00 ms", "60.0 s"]);
  expect([bytes(999), bytes(999.9), bytes(64e9)]).toEqual(["999 B", "1.00 kB", "64.0 GB"]);
});

test("nothing and no value have words of their own", () => {
  expect([seconds(0), seconds(4e-10), seconds(null), percent(0), percent(null), significant(0), bytes(0)]).toEqual([
    "0 s",
    "<1 ns",
    "–",
    "0 %",
    "–",
    "0",
    "0 B",
  ]);
});

test("shares read with one digit, small ones with two where asked", () => {
  expect([0.2, 0.0312, 0.0004, 0.9996, 1.314].map((share) => percent(share))).toEqual(["20.0 %", "3.1 %", "<0.1 %", "100 %", "131 %"]);
  expect([0.2, 0.0312, 0.0004, 0.00001].map((share) => smallPercent(share))).toEqual(["20.0 %", "3.1 %", "0.04 %", "<0.01 %"]);
});

test("numbers keep three digits, and all of a longer whole part", () => {
  expect([0.01234, 1.234, 12.34, 123.4, 1234.4].map((value) => significant(value))).toEqual(["0.0123", "1.23", "12.3", "123", "1,234"]);
  expect(prefixed(67_403_776, "FLOP")).toBe("67.4 MFLOP");
});

test("a metric is written in its unit", () => {
  expect([measured(10, "s"), measured(0.2, "%"), measured(64e9, "B"), measured(512, ""), measured(1.144, "tokens/ms")]).toEqual([
    "10.0 s",
    "20.0 %",
    "64.0 GB",
    "512",
    "1.14 tokens/ms",
  ]);
});

test("with a last place that counts, finer digits are left out, but what is more than nothing does not read as nothing", () => {
  expect([significant(16.13, 1), significant(0.4624, 0.01), significant(9481, 100), significant(3, 10)]).toEqual([
    "16",
    "0.46",
    "9,500",
    "3",
  ]);
  expect([seconds(0.01664, 1e-3), seconds(16.64e-6, 1e-6), bytes(36.04e6, 1e5)]).toEqual(["17 ms", "17 us", "36.0 MB"]);
  expect([percent(0.4321, 0.01), percent(0.4321, 0.1), percent(0.004, 0.01), percent(1.37, 0.1)]).toEqual([
    "43 %",
    "40 %",
    "0.4 %",
    "140 %",
  ]);
  expect(measured(16.13, "tokens/ms", 0.1)).toBe("16.1 tokens/ms");
});

test("zeros that only fill a table are left out in prose", () => {
  expect(["10.0 s", "1.50 ms", "100 tokens/ms", "20 %", "1.00 M"].map(brief)).toEqual(["10 s", "1.5 ms", "100 tokens/ms", "20 %", "1 M"]);
});
