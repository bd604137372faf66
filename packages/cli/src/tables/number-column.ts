import { decimalsWithin, type Interval, isOpen, rounded, spreadText, stepOf } from "@tokenyard/report";
import { grouped } from "../terminal/amount.ts";

/** Cell of a number without a value. */
export const NO_VALUE = "–";
/** Stands for a time that is longer than any bound. */
const NEVER = "never";

/** How the numbers of one column read: all in one unit, with the same digits after the point, so that they can be compared by eye. */
export interface NumberForm {
  /** `ms`, `tokens/ms`; empty for plain numbers. */
  readonly unit: string;
  text(value: number | null): string;
  /** A mean or an end of its interval, no finer than the interval. */
  within(value: number, mean: number, interval: Interval | null): string;
  /** A mean with its spread, `17.1 ± 0.4` or `24 (at least 21)`, no finer than the interval; without one, or one that has no width, as `text`. */
  mean(value: number | null, interval: Interval | null): string;
}

const STEPS: Readonly<Record<string, readonly (readonly [size: number, prefix: string])[]>> = {
  s: [
    [1, ""],
    [1e-3, "m"],
    [1e-6, "u"],
    [1e-9, "n"],
  ],
  B: large(),
  "B/s": large(),
  FLOPS: large(),
};
const DIGITS = 4;
const MOST_DECIMALS = 6;

/** The form for `values` of `unit`: a prefix that suits the middle one, and four digits of it. */
export function numberForm(values: readonly (number | null)[], unit: string): NumberForm {
  const sizes = values
    .flatMap((value) => (value === null || value === 0 || !Number.isFinite(value) ? [] : [Math.abs(value)]))
    .sort((a, b) => a - b);
  const middle = sizes[(sizes.length - 1) >> 1] ?? 1;
  const steps = STEPS[unit];
  const [scale, prefix] = steps === undefined ? ([1, ""] as const) : (steps.find(([size]) => middle >= size) ?? steps.at(-1)!);
  const factor = unit === "%" ? 100 : 1 / scale;
  const isWhole = unit === "" && sizes.every(Number.isInteger);
  const decimals = isWhole ? 0 : Math.min(MOST_DECIMALS, Math.max(0, DIGITS - 1 - Math.floor(Math.log10(middle * factor))));
  const text = (value: number | null) => {
    if (value === null) return NO_VALUE;
    if (value === Number.POSITIVE_INFINITY) return NEVER;
    return isWhole ? (value < 0 ? `-${grouped(-value)}` : grouped(value)) : (value * factor).toFixed(decimals);
  };
  const within = (value: number, mean: number, interval: Interval | null) => {
    const step = stepOf(mean, interval) * factor;
    return step === 0 ? text(value) : rounded(value * factor, step).toFixed(decimalsWithin(MOST_DECIMALS, step));
  };
  return {
    unit: `${prefix}${unit}`,
    text,
    within,
    mean: (value, interval) => {
      if (value === null || !Number.isFinite(value)) return text(value);
      const spread = spreadText(value, interval, (amount) => amountText(amount, within(amount, value, interval)));
      const found = within(value, value, interval);
      if (spread === "") return found;
      return interval !== null && isOpen(interval) ? `${found} (${spread})` : `${found} ${spread}`;
    },
  };
}

/** `<0.01` for an amount above 0 that would read as 0.00. */
function amountText(amount: number, text: string): string {
  return amount > 0 && Number(text) === 0 ? `<${text.replace(/\d$/, "1")}` : text;
}

function large(): readonly (readonly [number, string])[] {
  return [
    [1e12, "T"],
    [1e9, "G"],
    [1e6, "M"],
    [1e3, "k"],
    [1, ""],
  ];
}
