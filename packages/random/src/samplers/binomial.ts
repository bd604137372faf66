import { exp, ln, log1p } from "../portable-math.ts";
import { lnBinomialProbability } from "../probability.ts";
import type { Stream } from "../stream.ts";
import { hatScale, hatSqueeze, hatTail, hatWidth, LEAST_US } from "./transformed-rejection.ts";

const INVERSION_MEAN = 10; // up to here, counting up from 0 is the cheaper way; the hat of the other lies over the law from here on

/** What `binomial` asks of p, which whoever draws with one p again and again may keep: ln(1 − q) of the rarer outcome, q = min(p, 1 − p). */
export function lnCommoner(p: number): number {
  return log1p(p > 0.5 ? p - 1 : -p);
}

/**
 * Successes in `n` trials of probability `p`, at a cost that does not grow with n, which may be any safe integer. `lnOften`: `lnCommoner(p)`,
 * where it is known. Throws RangeError when n is not a whole number ≥ 0 or p lies outside [0, 1].
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
    if (probability > 0) return k; // else the uniform lay in what the sum lost by rounding
  }
}

/** Transformed rejection: six of seven draws are kept without asking how likely they are. */
function rejected(stream: Stream, n: number, p: number): number {
  const deviation = Math.sqrt(n * p * (1 - p));
  const width = hatWidth(deviation);
  const tail = hatTail(width, p);
  const squeeze = hatSqueeze(width);
  let ofMode = Number.NaN; // ln of the likeliest number's probability, once it is asked for
  for (;;) {
    const v = stream.next();
    const u = stream.next() - 0.5;
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * tail) / us + width) * u + n * p + 0.5);
    if (us >= LEAST_US && v <= squeeze) return k;
    if (!(k >= 0 && k <= n)) continue;
    const height = (v * hatScale(width, deviation)) / (tail / (us * us) + width);
    if (Number.isNaN(ofMode)) ofMode = lnBinomialProbability(Math.floor((n + 1) * p), n, p);
    if (ln(height) <= lnBinomialProbability(k, n, p) - ofMode) return k;
  }
}
