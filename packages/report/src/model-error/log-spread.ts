import { exp, ln } from "@tokenyard/random";
import type { Factors } from "./residual.ts";

/** Standard deviations from the median to the 90th percentile of a normal distribution, and to its 97.5th. */
export const TO_90 = 1.2815515655446004;
const TO_97_5 = 1.959963984540054;

/** A distribution of logarithms: normal on either side of its median, each side with a width of its own. docs/models/model-error.md#model-error */
export interface LogSpread {
  readonly median: number;
  /** Distance from the median to the 10th and to the 90th percentile; Infinity: no bound. */
  readonly below: number;
  readonly above: number;
}

/** Measured over simulated by their quantiles, both sides made `widening` times as wide. */
export function spreadOf([low, middle, high]: Factors, widening: number): LogSpread {
  const median = ln(middle);
  return { median, below: widening * (median - ln(low)), above: widening * (ln(high) - median) };
}

/** The spread of the reciprocal. */
export function inverse({ median, below, above }: LogSpread): LogSpread {
  return { median: -median, below: above, above: below };
}

/** The spread with its median moved by the mean of runs, and both sides scaled by `width`. */
export function moved({ median, below, above }: LogSpread, { mean, width }: { readonly mean: number; readonly width: number }): LogSpread {
  return { median: median + mean, below: below * width, above: above * width };
}

/** With another error of median 1 that knows nothing of this one: sides add in quadrature. */
export function joined(spread: LogSpread, below: number, above: number): LogSpread {
  return { ...spread, below: hypotenuse(spread.below, below), above: hypotenuse(spread.above, above) };
}

/** Half an 80 % interval, in logarithms, where `bound` is an end of a 95 % interval of `value`. */
export function sideOf(value: number, bound: number | null): number {
  if (bound === null || bound <= 0) return Number.POSITIVE_INFINITY;
  return (Math.abs(ln(bound / value)) * TO_90) / TO_97_5;
}

/** The 10th and 90th percentile of `value` times this spread; null: no bound. */
export function intervalOf(value: number, { median, below, above }: LogSpread): { readonly low: number; readonly high: number | null } {
  return {
    low: below === Number.POSITIVE_INFINITY ? 0 : value * exp(median - below),
    high: above === Number.POSITIVE_INFINITY ? null : value * exp(median + above),
  };
}

/** The surest that some hundred measured runs allow: their tails are not known. */
const SUREST = 0.99;

/** The probability that `value` times this spread is at most `bound`, from 1 to 99 %; undefined where that side has no bound. */
export function chanceBelow(bound: number, value: number, { median, below, above }: LogSpread): number | undefined {
  if (bound <= 0) return 1 - SUREST;
  const distance = ln(bound / value) - median;
  const side = distance < 0 ? below : above;
  if (side === Number.POSITIVE_INFINITY) return undefined;
  const chance = side === 0 ? (distance < 0 ? 0 : distance > 0 ? 1 : 0.5) : standardNormal((distance / side) * TO_90);
  return Math.min(SUREST, Math.max(1 - SUREST, chance));
}

/** Φ(x), to 7.5e-8. Source: Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 26.2.17. */
export function standardNormal(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const density = 0.3989422804014327 * exp((-x * x) / 2);
  const tail = density * t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return x < 0 ? tail : 1 - tail;
}

function hypotenuse(a: number, b: number): number {
  return Math.sqrt(a * a + b * b);
}
