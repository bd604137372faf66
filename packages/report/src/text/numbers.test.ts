import { test } from "@fast-check/vitest";
import fc from "fast-check";
import { expect } from "vitest";
import type { Report } from "../schema/report.ts";
import { type NumberForm, Numbers } from "./numbers.ts";
import { largeScale, prefixed } from "./quantity.ts";

const PREFIXES: Readonly<Record<string, number>> = { "": 1, P: 1e15, T: 1e12, G: 1e9, M: 1e6, k: 1e3, m: 1e-3, u: 1e-6, n: 1e-9 };
const LARGE: NumberForm = { text: (value, step) => prefixed(value, "", step), scale: largeScale };

function numbersOf(mean: number, half: number): Numbers {
  const interval = { low: mean - half, high: mean + half };
  const estimate = { count: 8, value: mean, standardDeviation: half, interval };
  return new Numbers({ seeds: { estimates: { at: estimate } } } as unknown as Report);
}

/** The amount in a spread, and the number in base units that one of the text's unit is. */
function read(spread: string, unitText: string, unit: string): { readonly amount: number; readonly by: number } {
  const prefix = /([PTGMkmun])?$/.exec(unitText.slice(0, unitText.length - unit.length).trim())?.[1] ?? "";
  const by = unit === "%" ? 0.01 : PREFIXES[prefix]!;
  return { amount: Number(/± <?([\d.,]+)/.exec(spread)![1]!.replaceAll(",", "")), by };
}

// Reads back what is printed, by the rules of prefixes alone: half of an interval, in the unit of its number.
test.prop([
  fc.constantFrom("s", "%", "B", "J", "W", "tokens/s", "requests/s", "USD", "", "table"),
  fc.double({ min: -3, max: 8, noNaN: true }),
  fc.double({ min: 0.001, max: 0.5, noNaN: true }),
])("half of an interval reads in the unit of its number", (unit, exponent, share) => {
  const mean = 10 ** exponent; // any size: the text is read back
  const half = share * mean;
  const numbers = numbersOf(mean, half);
  const [form, symbol] = unit === "table" ? [LARGE, ""] : [undefined, unit];
  const spread = form === undefined ? numbers.spread("at", symbol) : numbers.spread("at", symbol, form);
  const text = form === undefined ? numbers.whole("at", symbol).replace(spread, "").trim() : numbers.text("at", form.text);
  if (spread === "") return;
  const { amount, by } = read(spread, text, symbol);
  const digit = 10 ** -(/\.(\d+)/.exec(text)?.[1]?.length ?? 0) * by; // the last one of the number
  if (spread.includes("<")) {
    expect(half).toBeLessThan(amount * by * (1 + 1e-9));
    expect(amount * by).toBeLessThan(Math.max(11 * half, 1.001 * digit));
  } else expect(Math.abs(amount * by - half)).toBeLessThan(Math.max(0.51 * half, 0.501 * digit));
});

test("a rate below a million a second is printed with the whole of its interval", () => {
  expect(numbersOf(3100, 210).whole("at", "tokens/s")).toBe("3,100 ± 200 tokens/s");
  expect(numbersOf(14_500, 480).spread("at", "tokens/s", LARGE)).toBe("± 0.5");
});
