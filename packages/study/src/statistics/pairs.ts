import { exp, ln } from "@tokenyard/random";
import { studentT, tails } from "./student-t.ts";

/** Typical change of a run from pairs, as a factor. */
export interface Change {
  /** e to the mean of ln(b / a). */
  readonly factor: number;
  /** 95 % interval; null for one pair. */
  readonly interval: { readonly low: number; readonly high: number } | null;
  /** Probability of as large a change where there is none; null for one pair. */
  readonly p: number | null;
}

const OUTSIDE = 0.05;

/** The change from `a` to `b`, pair by pair; undefined where a number is not above 0, or without an end. Source: docs/statistics.md#compare. */
export function changeOf(a: readonly number[], b: readonly number[]): Change | undefined {
  const ratios: number[] = [];
  for (const [i, from] of a.entries()) {
    const to = b[i]!;
    if (!(from > 0 && to > 0 && Number.isFinite(from) && Number.isFinite(to))) return undefined;
    ratios.push(ln(to / from));
  }
  const count = ratios.length;
  if (count === 0) return undefined;
  const mean = total(ratios) / count;
  if (count === 1) return { factor: exp(mean), interval: null, p: null };
  const s = Math.sqrt(total(ratios.map((r) => (r - mean) * (r - mean))) / (count - 1));
  const error = s / Math.sqrt(count);
  const half = studentT(count - 1, OUTSIDE) * error;
  return { factor: exp(mean), interval: { low: exp(mean - half), high: exp(mean + half) }, p: chanceOf(mean, error, count) };
}

/** The probability, by Student's t, of a mean as far from 0 as `mean` with this standard error over `count` values. */
export function chanceOf(mean: number, error: number, count: number): number {
  if (error === 0) return mean === 0 ? 1 : 0;
  return tails(count - 1, Math.abs(mean) / error);
}

function total(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
