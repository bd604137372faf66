import { exp, ln, log1p } from "../portable-math.ts";
import { lnBinomialProbability } from "../probability.ts";
import type { Stream } from "../stream.ts";
import { hatScale, hatSqueeze, hatTail, hatWidth, LEAST_US } from "./transformed-rejection.ts";

/** Factors of a product for which it stays a number, with a relative error below 1e-13. */
const MOST_STEPS = 40;
const MOST_TRIALS = 1e6;
/** Beyond these a product of ratios and a difference of logarithms decide alike: both are far more exact. */
const LESS = 1 - 1e-9;
const MORE = 1 + 1e-9;
const INVERSION_MEAN = 10; // largest mean for which counting up from 0 is cheaper; from here on the hat of the other method lies above the density

/** A function of p that `binomial` needs, for callers who draw with one p repeatedly: ln(1 − q) of the rarer outcome, q = min(p, 1 − p). */
export function lnCommoner(p: number): number {
  return log1p(p > 0.5 ? p - 1 : -p);
}

/**
 * Successes in `n` trials of probability `p`, at a cost that does not grow with n, any safe integer. `lnOften`: `lnCommoner(p)`, if known.
 * Throws RangeError when n is not a whole number ≥ 0 or p is outside [0, 1].
 */
export function binomial(stream: Stream, n: number, p: number, lnOften = Number.NaN): number {
  if (!(Number.isSafeInteger(n) && n >= 0 && p >= 0 && p <= 1)) {
    throw new RangeError(`binomial of ${n} trials with probability ${p}: wanted a whole number of trials and a probability from 0 to 1`);
  }
  if (n === 0 || p === 0) return 0;
  if (p > 0.5) return n - smaller(stream, n, 1 - p, lnOften);
  return smaller(stream, n, p, lnOften);
}

/** For p ≤ ½. */
function smaller(stream: Stream, n: number, p: number, lnOften: number): number {
  if (p === 0) return 0;
  return n * p <= INVERSION_MEAN ? inverted(stream, n, p, lnOften) : rejected(stream, n, p);
}

/** Counts up from 0 until the probabilities passed exceed a uniform number. */
function inverted(stream: Stream, n: number, p: number, lnOften: number): number {
  const odds = p / (1 - p);
  const none = exp(n * (Number.isNaN(lnOften) ? log1p(-p) : lnOften));
  for (;;) {
    let k = 0;
    let probability = none;
    let left = stream.next();
    while (left >= probability && probability > 0) {
      left -= probability;
      probability *= (odds * (n - k)) / (k + 1);
      k++;
    }
    if (probability > 0) return k; // else the uniform number was in the rounding error of the sum
  }
}

/** Transformed rejection: six of seven draws are kept without asking how likely they are. */
function rejected(stream: Stream, n: number, p: number): number {
  const deviation = Math.sqrt(n * p * (1 - p));
  const width = hatWidth(deviation);
  const tail = hatTail(width, p);
  const squeeze = hatSqueeze(width);
  const mode = Math.floor((n + 1) * p);
  let ofMode = Number.NaN; // ln of its probability, computed on first use
  for (;;) {
    const v = stream.next();
    const u = stream.next() - 0.5;
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * tail) / us + width) * u + n * p + 0.5);
    if (us >= LEAST_US && v <= squeeze) return k;
    if (!(k >= 0 && k <= n)) continue;
    const height = (v * hatScale(width, deviation)) / (tail / (us * us) + width);
    const ratio = ratioToMode(k, mode, n, p);
    if (height < ratio * LESS) return k;
    if (height > ratio * MORE) continue;
    if (Number.isNaN(ofMode)) ofMode = lnBinomialProbability(mode, n, p);
    if (ln(height) <= lnBinomialProbability(k, n, p) - ofMode) return k;
  }
}

/** P(k) over P(mode), as a product of the ratios between; NaN where these are too many, or too large, to be multiplied. */
function ratioToMode(k: number, mode: number, n: number, p: number): number {
  const steps = Math.abs(k - mode);
  if (steps > MOST_STEPS || n > MOST_TRIALS) return Number.NaN;
  const odds = p / (1 - p);
  let up = 1;
  let down = 1;
  for (let i = Math.min(k, mode) + 1, last = Math.max(k, mode); i <= last; i++) {
    up *= (n - i + 1) * odds; // P(i) = P(i − 1) · (n − i + 1) · p / (i · (1 − p))
    down *= i;
  }
  return k > mode ? up / down : down / up;
}
