import { exp, ln, lnGamma, log1p } from "@tokenyard/random";

const CLOSE = 1e-15;
const TINY = 1e-300;
const MOST_TERMS = 10_000;
/** Halvings of 0 to 1 that leave nothing between two numbers. */
const HALVINGS = 60;

/**
 * The regularized incomplete beta function I_x(a, b), 0 where b is 0 and 1 where a is, by the continued fraction of whichever side converges
 * fast. Source: Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 26.5.8.
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0 || b <= 0) return 0;
  if (x >= 1 || a <= 0) return 1;
  const front = exp(lnGamma(a + b) - lnGamma(a) - lnGamma(b) + a * ln(x) + b * log1p(-x));
  if (x < (a + 1) / (a + b + 2)) return (front * continuedFraction(x, a, b)) / a;
  return 1 - (front * continuedFraction(1 - x, b, a)) / b;
}

/** The x with I_x(a, b) = `share`, by halving; 0 where `a` is 0, and 1 where `b` is. */
export function betaQuantile(share: number, a: number, b: number): number {
  if (a <= 0) return 0;
  if (b <= 0) return 1;
  let low = 0;
  let high = 1;
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (incompleteBeta(middle, a, b) < share) low = middle;
    else high = middle;
  }
  return high;
}

/** Lentz's evaluation of the continued fraction of I_x(a, b). */
export function continuedFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m < MOST_TERMS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / awayFromZero(1 + even * d);
    c = awayFromZero(1 + even / c);
    value *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / awayFromZero(1 + odd * d);
    c = awayFromZero(1 + odd / c);
    value *= d * c;
    if (Math.abs(d * c - 1) < CLOSE) break;
  }
  return value;
}

function awayFromZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}
