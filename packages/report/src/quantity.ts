import { grouped } from "@tokenyard/scenario";

/** How numbers read on the screen: three significant digits, the unit that fits, no locale. `–` stands for no value. */
export const NO_VALUE = "–";

/** Three significant digits, and all of a longer whole part: `0.0123`, `1.23`, `123`, `1,235`. */
export function significant(value: number): string {
  if (value === 0) return "0";
  const rounded = Number(value.toPrecision(3));
  const size = Math.abs(rounded);
  if (size >= 1000) return grouped(value);
  if (size >= 100) return rounded.toFixed(0);
  if (size >= 10) return rounded.toFixed(1);
  if (size >= 1) return rounded.toFixed(2);
  return size < 1e-6 ? "<0.000001" : rounded.toString();
}

/** `value` with the prefix that leaves one to three digits before the point: `67.4 MFLOP`. */
export function prefixed(value: number, unit: string, prefixes: readonly (readonly [number, string])[] = LARGE): string {
  const rounded = Math.abs(Number(value.toPrecision(3)));
  const [scale, prefix] = prefixes.find(([size]) => rounded >= size) ?? prefixes.at(-1)!;
  const symbol = prefix + unit;
  return symbol === "" ? significant(value / scale) : `${significant(value / scale)} ${symbol}`;
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

export function seconds(value: number | null): string {
  if (value === null) return NO_VALUE;
  if (value === 0) return "0 s";
  return value < 0.9995e-9 ? "<1 ns" : prefixed(value, "s", SMALL);
}

export function bytes(value: number): string {
  return prefixed(value, "B");
}

/** A share of one with one digit after the point: `3.1 %`, `<0.1 %`, `131 %`. */
export function percent(share: number | null): string {
  if (share === null) return NO_VALUE;
  const value = 100 * share;
  if (value === 0) return "0 %";
  if (value < 0.05) return "<0.1 %";
  return value < 99.95 ? `${value.toFixed(1)} %` : `${grouped(value)} %`;
}

/** A share that may be small: `3.1 %`, `0.04 %`, `<0.01 %`. */
export function smallPercent(share: number | null): string {
  if (share === null || share === 0 || share >= 0.00995) return percent(share);
  return share < 0.00005 ? "<0.01 %" : `${(100 * share).toFixed(2)} %`;
}

/** `text` without the zeros that only fill a table: `10 s` for `10.0 s`. */
export function brief(text: string): string {
  return text.replace(/(\.\d*?)0+(?=\D|$)/g, (_, digits) => (digits === "." ? "" : digits));
}

/** A metric's value in its unit. */
export function measured(value: number | null, unit: string): string {
  if (value === null) return NO_VALUE;
  switch (unit) {
    case "s":
      return seconds(value);
    case "%":
      return percent(value);
    case "B":
      return bytes(value);
    case "":
      return plain(value);
    default:
      return `${plain(value)} ${unit}`;
  }
}

function plain(value: number): string {
  return value < 1e6 ? significant(value) : prefixed(value, "");
}
