import { pow } from "@tokenyard/random";

const CLOSE = 1e-15;
const TINY = 1e-300;
const MOST_TERMS = 10_000;

/**
 * The t that Student's distribution with `degrees` (whole, from 1) degrees of freedom exceeds on either side with probability
 * `both`, from 0 to 1: 0.05 for a 95 % interval. By halving over I_{ν/(ν+t²)}(ν/2, 1/2) = P(|T| > t).
 * Source: Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 26.7.1.
 */
export function studentT(degrees: number, both: number): number {
  let low = 0;
  let high = 1;
  while (tails(degrees, high) > both) high *= 2;
  while (true) {
    const middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) return middle;
    if (tails(degrees, middle) > both) low = middle;
    else high = middle;
  }
}

/** P(|T| > t). */
function tails(degrees: number, t: number): number {
  return incompleteBeta(degrees / (degrees + t * t), degrees);
}

/** The regularized incomplete beta function I_x(ν/2, 1/2), by the continued fraction of whichever side converges fast. */
function incompleteBeta(x: number, degrees: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const [a, b] = [degrees / 2, 1 / 2];
  const front = (pow(x, a) * Math.sqrt(1 - x)) / betaOfHalf(degrees);
  if (x < (a + 1) / (a + b + 2)) return (front * continuedFraction(x, a, b)) / a;
  return 1 - (front * continuedFraction(1 - x, b, a)) / b;
}

/** B(ν/2, 1/2), from B(1/2, 1/2) = π and B(1, 1/2) = 2 by B(a + 1, b) = B(a, b) a / (a + b). */
function betaOfHalf(degrees: number): number {
  const isOdd = degrees % 2 === 1;
  let beta = isOdd ? Math.PI : 2;
  for (let a = isOdd ? 1 / 2 : 1; a < degrees / 2; a++) beta *= a / (a + 1 / 2);
  return beta;
}

/** Lentz's evaluation of the continued fraction of I_x(a, b). Source: Abramowitz and Stegun 26.5.8. */
function continuedFraction(x: number, a: number, b: number): number {
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
