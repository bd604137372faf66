import { parseQuantity, type Unit } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { boundOf, boundsBetween } from "./alert-bound.ts";

const UNITS: readonly (readonly [metric: string, unit: Unit])[] = [
  ["collective.p99", "s"],
  ["kvUse", "%"],
  ["throughputPerGpu", "tokens/ms"],
  ["finished", "requests/s"],
];
const value = fc.double({ min: 1e-7, max: 1e3, noNaN: true });

test("a bound is printed on the side on which it does what is said of it: as it is written it is parsed to no more, or no less", () => {
  fc.assert(
    fc.property(fc.constantFrom(...UNITS), value, ([metric, unit], each) => {
      const down = parseQuantity(boundOf(each, metric, "down"), unit) as number;
      const up = parseQuantity(boundOf(each, metric, "up"), unit) as number;
      expect(down).toBeLessThanOrEqual(each);
      expect(up).toBeGreaterThanOrEqual(each);
      expect(up - down).toBeLessThanOrEqual(each * 0.0101); // three digits: a hundredth of what is just above a power of ten
    }),
  );
  expect(boundOf(0.00019623, "collective.p99", "up")).toBe("197 us");
  expect(boundOf(0.8489, "kvUse", "down")).toBe("84.8 %");
  expect(boundOf(0.9996, "kvUse", "down")).toBe("99.9 %");
});

test("what lies between two values lies between what is printed of them, in either order", () => {
  fc.assert(
    fc.property(fc.constantFrom(...UNITS), value, value, ([metric, unit], from, to) => {
      fc.pre(Math.abs(from - to) > 1e-6 * from);
      const [first, last] = boundsBetween(from, to, metric).map((text) => parseQuantity(text, unit) as number) as [number, number];
      const [low, lower, upper, high] = from < to ? [from, first, last, to] : [to, last, first, from];
      expect([low! <= lower!, lower! < upper!, upper! <= high!]).toEqual([true, true, true]);
    }),
  );
  expect(boundsBetween(0.00019623, 0.01054999, "collective.p99")).toEqual(["197 us", "10.5 ms"]);
  expect(boundsBetween(1, 21, "inFlight")).toEqual(["1", "21"]);
  expect(boundsBetween(0.90013, 0.90004, "kvUse")).toEqual(["90.013 %", "90.004 %"]);
});
