import { formatQuantity, grouped, type Unit } from "@tokenyard/scenario";

const PREFIXES = [
  [1e15, "P"],
  [1e12, "T"],
  [1e9, "G"],
  [1e6, "M"],
] as const;

/**
 * `value` with three figures and its unit: `18.7 ms`, `2.11 MB`, `95.4 %`, `480,000 tokens/ms`, `285 M`; – for none, never for an unbounded
 * value.
 */
export function amount(value: number | null, unit: Unit | ""): string {
  if (value === null) return "–";
  if (value === Number.POSITIVE_INFINITY) return "never";
  const rounded = Number(value.toPrecision(3));
  const size = Math.abs(rounded);
  if (unit === "") {
    const [scale, prefix] = PREFIXES.find(([least]) => size >= least) ?? [1, ""];
    return `${written(Number((rounded / scale).toPrecision(3)))}${prefix === "" ? "" : ` ${prefix}`}`;
  }
  if (rounded < 0) return `−${amount(-value, unit)}`;
  if (unit === "s" && rounded > 0 && rounded < 1e-9) return "<1 ns";
  return formatQuantity(rounded, unit).replace(/^\d+(?=[ .])/, (digits) => written(Number(digits)));
}

/** `low` to `high`, the unit once where both have it: `2.51 to 2.53 ms`. */
export function span({ low, high }: { readonly low: number; readonly high: number }, unit: Unit | ""): string {
  const [from, to] = [amount(low, unit), amount(high, unit)];
  const unitOf = (text: string) => text.slice(text.indexOf(" "));
  return from.includes(" ") && unitOf(from) === unitOf(to) ? `${from.slice(0, from.indexOf(" "))} to ${to}` : `${from} to ${to}`;
}

/** A factor from 1 up: `1.20`, `35.0`, `6,740`. */
export function factor(value: number): string {
  return value >= 100 ? written(Number(value.toPrecision(3))) : value.toPrecision(3);
}

/** `480000` as `480,000`; a fraction stays. */
function written(value: number): string {
  const [whole = "", fraction] = String(value).split(".");
  return whole.includes("e") ? String(value) : grouped(Number(whole)) + (fraction === undefined ? "" : `.${fraction}`);
}
