import { test } from "@fast-check/vitest";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { formatQuantity, parseQuantity } from "./quantity.ts";
import { UNITS, type Unit, unitPattern } from "./units.ts";

const units = Object.keys(UNITS) as Unit[];

describe("a quantity is the number that its decimal text says", () => {
  test.each<[string, Unit, number]>([
    ["400 TFLOPS", "FLOPS", 4e14],
    ["400 TFlops", "FLOPS", 4e14],
    ["0.4 PFLOP/s", "FLOPS", 4e14],
    ["1.8 TB/s", "B/s", 1.8e12],
    ["400 Gbit/s", "B/s", 50e9],
    ["400 Gb/s", "B/s", 50e9],
    ["1 KiB/s", "B/s", 1024],
    ["8 Kibit/s", "B/s", 1024],
    ["64 GB", "B", 64e9],
    ["64 GiB", "B", 64 * 1024 * 1024 * 1024],
    ["1.5 KiB", "B", 1536],
    ["2 us", "s", 0.000002],
    ["2 µs", "s", 0.000002], // micro sign
    ["2 μs", "s", 0.000002], // Greek mu
    ["5 ns", "s", 5e-9],
    ["10 s", "s", 10],
    ["5 min", "s", 300],
    ["1.5 h", "s", 5400],
    ["1 d", "s", 86_400],
    ["1 d", "h", 24],
    ["60 %", "%", 0.6],
    ["7 %", "%", 0.07], // 7 / 100 as text; 7 × 0.01 would give 0.07000000000000001
    ["100 tokens/ms", "tokens/s", 100_000],
    ["100 tokens/ms", "tokens/ms", 100],
    ["100000 tokens/s", "tokens/ms", 100],
    ["20 requests/s", "requests/s", 20],
    ["20 req/s", "requests/s", 20],
    ["2.5 kqps", "requests/s", 2500],
    ["2.5 USD/h", "USD/h", 2.5],
    ["0.5 USD", "USD", 0.5],
    ["0.7 kW", "W", 700],
    ["2 kWh", "J", 7_200_000],
    ["250 mJ", "J", 0.25],
    ["1.5 kg", "g", 1500],
    ["0.4 kg/kWh", "g/kWh", 400],
    ["400 kg/MWh", "g/kWh", 400],
    ["1e3 GB", "B", 1e12],
    ["1.5E-3 s", "s", 0.0015],
    [".5 s", "s", 0.5],
    ["5. s", "s", 5],
    ["  400   TFLOPS ", "FLOPS", 4e14],
    ["400TFLOPS", "FLOPS", 4e14],
    ["0 us", "s", 0],
    ["-0 us", "s", 0],
  ])("%s in %s", (text, unit, value) => {
    expect(parseQuantity(text, unit)).toBe(value);
  });
});

describe("a text that is no such quantity is answered with what would be", () => {
  test.each<[string, Unit, string]>([
    ["64", "B", "a quantity in B, such as 64 GB, with its unit"],
    ["", "B", "a quantity in B, such as 64 GB"],
    ["lots", "B", "a quantity in B, such as 64 GB"],
    ["64 GB/s", "B", "a quantity in B, such as 64 GB (bytes), not in B/s (bytes per second)"],
    ["2 us", "FLOPS", "a quantity in FLOPS, such as 400 TFLOPS (operations per second), not in s (time)"],
    ["400 Gb", "B/s", "a quantity in B/s, such as 1.8 TB/s; Gb is ambiguous, write GB for bytes or Gbit/s for bits per second"],
    ["400 Gbit", "B", "a quantity in B, such as 64 GB; Gbit is ambiguous, write GB for bytes or Gbit/s for bits per second"],
    ["400 Gbps", "B/s", "a quantity in B/s, such as 1.8 TB/s; Gbps is written Gbit/s"],
    ["1.8 TBps", "B/s", "a quantity in B/s, such as 1.8 TB/s; TBps is written TB/s"],
    ["64 gB", "B", "a quantity in B, such as 64 GB; gB is written GB"],
    ["5 Ms", "s", "a quantity in s, such as 2 us; Ms is written ms"],
    ["64 mB", "B", "a quantity in B, such as 64 GB; mB is written MB"],
    ["700 mW", "W", "a quantity in W, such as 700 W; mW is written MW"],
    ["2 kWh", "W", "a quantity in W, such as 700 W (power), not in J (energy)"],
    ["90 s", "h", "a quantity in h, such as 50677 h (hours), not in s (time)"],
    ["5 minutes", "s", "a quantity in s, such as 2 us; minutes is no unit here"],
    ["1,000 GB", "B", "a quantity in B, such as 64 GB; ,000 GB is no unit here"],
    [".nan s", "s", "a quantity in s, such as 2 us"],
    ["Infinity s", "s", "a quantity in s, such as 2 us"],
    ["-1 s", "s", "a quantity in s, such as 2 us, from 0 s to 9000000 s"],
    ["1e300 s", "s", "a quantity in s, such as 2 us, from 0 s to 9000000 s"],
    ["1e400 s", "s", "a quantity in s, such as 2 us, from 0 s to 9000000 s"],
    ["1e99999999999 B", "B", "a quantity in B, such as 64 GB, from 0 B to 1000 PB"],
  ])("%s for %s", (text, unit, wanted) => {
    expect(parseQuantity(text, unit)).toEqual({ wanted });
  });

  test("zero and what is as good as zero are refused where a positive quantity is wanted", () => {
    const wanted = "a positive quantity in B, such as 64 GB, from 1 B to 1000 PB";
    expect(parseQuantity("0 B", "B", { positive: true })).toEqual({ wanted });
    expect(parseQuantity("1e-300 B", "B", { positive: true })).toEqual({ wanted });
  });

  test("a share over the whole is refused where it cannot be", () => {
    expect(parseQuantity("101 %", "%", { max: 1 })).toEqual({ wanted: "a quantity in %, such as 60 %, from 0 % to 100 %" });
    expect(parseQuantity("100 %", "%", { max: 1 })).toBe(1);
  });

  test("a text of a megabyte is refused without reading it", () => {
    expect(parseQuantity(`${"9".repeat(1e6)} B`, "B")).toEqual({ wanted: "a quantity in B, such as 64 GB" });
  });
});

describe("a value is written the way people write it", () => {
  test.each<[number, Unit, string]>([
    [4e14, "FLOPS", "400 TFLOPS"],
    [1.8e12, "B/s", "1.8 TB/s"],
    [50e9, "B/s", "50 GB/s"],
    [64e9, "B", "64 GB"],
    [68_719_476_736, "B", "64 GiB"],
    [1024, "B", "1 KiB"],
    [1000, "B", "1 kB"],
    [0, "B", "0 B"],
    [0.6, "%", "60 %"],
    [0.07, "%", "7 %"],
    [1 / 3, "%", "33.33333333333333 %"],
    [0, "s", "0 s"],
    [0.000002, "s", "2 us"],
    [90, "s", "90 s"],
    [5e-10, "s", "0.5 ns"],
    [1e-30, "s", "1e-21 ns"],
    [100, "tokens/ms", "100 tokens/ms"],
    [100_000, "tokens/s", "100000 tokens/s"],
    [2.5, "USD/h", "2.5 USD/h"],
    [700, "W", "700 W"],
    [0.25, "J", "250 mJ"],
    [7_200_000, "J", "7.2 MJ"],
    [400, "g/kWh", "400 g/kWh"],
  ])("%d in %s", (value, unit, text) => {
    expect(formatQuantity(value, unit)).toBe(text);
  });
});

/** Doubles of every size that the unit admits. */
const quantities = fc.constantFrom(...units).chain((unit) =>
  fc
    .oneof(
      fc.double({ min: 0, max: UNITS[unit].most, noNaN: true }),
      fc.double({ min: UNITS[unit].least, max: UNITS[unit].least * 1000, noNaN: true }),
      fc.integer({ min: 0, max: 1_000_000 }),
    )
    .filter((value) => value <= UNITS[unit].most)
    .map((value) => ({ unit, value })),
);

test.prop([quantities], { numRuns: drawnCases(2000) })("what is written reads back to the same bits", ({ unit, value }) => {
  expect(parseQuantity(formatQuantity(value, unit), unit)).toBe(value);
});

test.prop([quantities])("the pattern for editors admits what is written", ({ unit, value }) => {
  expect(formatQuantity(value, unit)).toMatch(new RegExp(unitPattern(unit)));
});

test.prop([fc.constantFrom(...units), fc.string()])("any text gives a number within the bounds or a phrase", (unit, text) => {
  const parsed = parseQuantity(text, unit);
  if (typeof parsed === "number") expect(parsed >= 0 && parsed <= UNITS[unit].most).toBe(true);
  else expect(parsed.wanted).toContain(UNITS[unit].example);
});
