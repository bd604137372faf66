import { pow } from "@tokenyard/random";
import { continuedFraction } from "./incomplete-beta.ts";

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
export function tails(degrees: number, t: number): number {
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
