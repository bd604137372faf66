import { grouped } from "@tokenyard/scenario";
import { fixed, MOST_DECIMALS, rounded } from "./precision.ts";

// Numbers on the screen: three significant digits, a fitting unit, no locale. A `step` is the last significant decimal place of a mean;
// finer digits are left out.

/** Stands for a time without an end. */
export const NEVER = "never";

/** Stands for no value. */
export const NO_VALUE = "–";

/** Three significant digits, and all of a longer whole part: `0.0123`, `1.23`, `123`, `1,235`. */
export function significant(value: number, step = 0): string {
  if (value === 0) return "0";
  const near = Number(rounded(value, step).toPrecision(3));
  const size = Math.abs(near);
  if (size >= 1000) return grouped(Math.round(rounded(value, step)));
  if (size >= 100) return near.toFixed(0);
  if (size >= 10) return fixed(near, 1, step);
  if (size >= 1) return fixed(near, 2, step);
  if (size < 1e-6) return "<0.000001";
  return Number(fixed(near, MOST_DECIMALS, step)).toString();
}

type Prefixes = readonly (readonly [size: number, prefix: string])[];

/** `value` with the prefix that leaves one to three digits before the point: `67.4 MFLOP`. */
export function prefixed(value: number, unit: string, step = 0, prefixes: Prefixes = LARGE): string {
  const [scale, prefix] = prefixOf(value, prefixes);
  const symbol = prefix + unit;
  const text = significant(value / scale, step / scale);
  return symbol === "" ? text : `${text} ${symbol}`;
}

/** Prefix of `value`, with its factor. */
function prefixOf(value: number, prefixes: Prefixes): readonly [scale: number, prefix: string] {
  const near = Math.abs(Number(value.toPrecision(3)));
  return prefixes.find(([size]) => near >= size) ?? prefixes.at(-1)!;
}

/** Divisor that puts a difference from `value` into the unit in which `value` is written. */
export function scaleOf(value: number, unit: string): number {
  switch (unit) {
    case "s":
      return prefixOf(value, SMALL)[0];
    case "%":
      return 0.01;
    case "J":
      return prefixOf(value, [...LARGE, ...SMALL.slice(1)])[0];
    case "B":
    case "W":
    case "g":
      return largeScale(value);
    default:
      return value < 1e6 ? 1 : largeScale(value);
  }
}

/** Divisor for a number with a prefix from 1,000 on. */
export function largeScale(value: number): number {
  return prefixOf(value, LARGE)[0];
}

const LARGE = [
  [1e15, "P"],
  [1e12, "T"],
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
  [1, ""],
] as const;

const SMALL = [
  [1, ""],
  [1e-3, "m"],
  [1e-6, "u"],
  [1e-9, "n"],
] as const;

export function seconds(value: number | null, step = 0): string {
  if (value === null) return NO_VALUE;
  if (value === 0) return "0 s";
  if (value === Number.POSITIVE_INFINITY) return NEVER;
  return value < 0.9995e-9 ? "<1 ns" : prefixed(value, "s", step, SMALL);
}

export function bytes(value: number, step = 0): string {
  return prefixed(value, "B", step);
}

/** A share of one with one digit after the point: `3.1 %`, `<0.1 %`, `131 %`. */
export function percent(share: number | null, step = 0): string {
  if (share === null) return NO_VALUE;
  const value = 100 * share;
  if (value === 0) return "0 %";
  if (value < 0.05) return "<0.1 %";
  const near = rounded(value, 100 * step);
  return near < 99.95 ? `${fixed(near, 1, 100 * step)} %` : `${grouped(near)} %`;
}

/** A share that may be small: `3.1 %`, `0.04 %`, `<0.01 %`. */
export function smallPercent(share: number | null, step = 0): string {
  if (share === null || share === 0 || share >= 0.00995) return percent(share, step);
  return share < 0.00005 ? "<0.01 %" : `${fixed(100 * share, 2, 100 * step)} %`;
}

/** `text` without the zeros that only fill a table: `10 s` for `10.0 s`. */
export function brief(text: string): string {
  return text.replace(/(\.\d*?)0+(?=\D|$)/g, (_, digits) => (digits === "." ? "" : digits));
}

/** A metric's value in its unit. */
export function measured(value: number | null, unit: string, step = 0): string {
  if (value === null) return NO_VALUE;
  if (value === Number.POSITIVE_INFINITY) return NEVER;
  switch (unit) {
    case "s":
      return seconds(value, step);
    case "%":
      return percent(value, step);
    case "B":
      return bytes(value, step);
    case "J":
      return prefixed(value, "J", step, [...LARGE, ...SMALL.slice(1)]);
    case "W":
    case "g":
      return prefixed(value, unit, step);
    case "":
      return plain(value, step);
    default:
      return `${plain(value, step)} ${unit}`;
  }
}

function plain(value: number, step: number): string {
  return value < 1e6 ? significant(value, step) : prefixed(value, "", step);
}
