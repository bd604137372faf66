import type { Interval } from "../schema/seeds-schema.ts";

/** Whether nothing bounds it above. */
export function isOpen({ high }: Interval): boolean {
  return high === null || high === Number.POSITIVE_INFINITY;
}

/**
 * Last significant decimal place of a mean with this interval, such as 0.1 for 17.1 ± 0.4: that of the first digit of the lesser half, or
 * of the second if the first is a 1, or if an end so near 0 would read as 0. 0 when the interval has no width, or there is none: every
 * digit counts.
 */
export function stepOf(mean: number, interval: Interval | null): number {
  if (interval === null) return 0;
  const half = isOpen(interval) ? mean - interval.low : Math.min(mean - interval.low, interval.high! - mean);
  if (half <= 0) return 0;
  const [digit = "", exponent = ""] = half.toExponential(0).split("e");
  const place = Number(`1e${exponent}`);
  const fromZero = isOpen(interval) ? interval.low : Math.max(interval.low, -interval.high!); // above 0 when 0 is outside
  const isFiner = digit === "1" || (fromZero > 0 && fromZero < place);
  return isFiner ? Number(`1e${Number(exponent) - 1}`) : place;
}

export const MOST_DECIMALS = 20;

/** Digits after the point that remain for numbers in steps, at most `decimals`. */
export function decimalsWithin(decimals: number, step: number): number {
  if (step <= 0) return decimals;
  const [, exponent = ""] = step.toExponential(0).split("e");
  return Math.min(decimals, Math.max(0, -Number(exponent)));
}

/** `value` without the digits before the point that a step of more than 1 leaves out; a positive value stays positive. */
export function rounded(value: number, step: number): number {
  if (step <= 1) return value; // digits after the point do the rest
  const unit = Number(step.toExponential(0));
  const near = Math.round(value / unit) * unit;
  return near === 0 ? Number(value.toPrecision(1)) : near;
}

/** `value` with at most `decimals` digits after the point that its step leaves; a positive value does not read as 0. */
export function fixed(value: number, decimals: number, step: number): string {
  const text = value.toFixed(decimalsWithin(decimals, step));
  return Number(text) === 0 && value !== 0 ? value.toPrecision(1) : text;
}

/**
 * How far the true number may be from the one found: `± 0.4`, or `−1.2 +3.0` where one side is wider, or `at least 44` where nothing bounds it above;
 * `text` writes an amount. Empty without width.
 */
export function spreadText(mean: number, interval: Interval | null, text: (amount: number) => string): string {
  if (interval === null) return "";
  if (isOpen(interval)) return `at least ${text(interval.low)}`;
  const [below, above] = [mean - interval.low, interval.high! - mean];
  if (below <= 0 && above <= 0) return "";
  const isEven = above <= ALIKE * below && below <= ALIKE * above;
  const sides = [text(below), text(above)];
  return isEven || sides[0] === sides[1] ? `± ${text((below + above) / 2)}` : `−${sides[0]} +${sides[1]}`;
}

/** Sides that differ by less read as one half. */
const ALIKE = 1.25;
