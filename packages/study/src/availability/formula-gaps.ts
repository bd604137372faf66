import type { Outcome } from "./outcome.ts";

/** Half-widths of a 95 % interval, and share of the loss, beyond which formula and years disagree. */
const HALF_WIDTHS = 3;
const LEAST_SHARE = 0.05;
/** Outages that the formula expects in the drawn years, beyond which none at all contradicts it: e^−3.7 is 2.5 %. */
const UNSEEN = 3.7;
const YEAR_SECONDS = 365.25 * 86_400;

const SHARES = { capacity: "capacity in service", serving: "time some replica serves", whole: "time all of the plan serves" } as const;

/**
 * A sentence for each share where the closed formula is outside the range of the drawn years: the years are right, as they leave out less.
 */
export function formulaGaps(outcome: Outcome): string[] {
  return (Object.keys(SHARES) as (keyof typeof SHARES)[]).flatMap((key) => {
    const { mean, interval, count } = outcome[key];
    const closed = outcome.formula[key];
    if (closed === null || interval === null) return [];
    const gap = Math.abs(closed - mean);
    const half = (interval.high - interval.low) / 2;
    if (gap <= HALF_WIDTHS * half || gap <= LEAST_SHARE * (1 - mean)) return [];
    const expected = ((1 - closed) * count * YEAR_SECONDS) / outcome.longestOfAllSeconds;
    if (mean === 1 && expected <= UNSEEN) return []; // too rare for these years to show
    const exponent = Number((100 * gap).toExponential().split("e")[1]);
    const decimals = Math.min(12, Math.max(0, 1 - exponent)); // that show the gap
    const percent = (share: number) => `${Number((100 * share).toFixed(decimals))} %`;
    return [
      `${SHARES[key]}: the formula gives ${percent(closed)}, the drawn years ${percent(mean)}; trust the years, the formula leaves out overlaps`,
    ];
  });
}
