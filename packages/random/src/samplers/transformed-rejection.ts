/*
 * The hat of transformed rejection over the binomial law of n·p ≥ 10, p ≤ ½. Of u even over [−½, ½) and us = ½ − |u| comes
 * k = ⌊(2·tail/us + width)·u + n·p + ½⌋, kept where v, even over [0, 1), has v · scale / (tail/us² + width) ≤ P(k) / P(mode). Where us ≥ 0.07 and
 * v ≤ squeeze that is so for sure. Source: Hörmann (1993), The generation of binomial random variates, algorithm BTRS.
 */

/** Least value for which the squeeze lies below the density. */
export const LEAST_US = 0.07;

export function hatWidth(deviation: number): number {
  return 1.15 + 2.53 * deviation;
}

export function hatTail(width: number, p: number): number {
  return -0.0873 + 0.0248 * width + 0.01 * p;
}

export function hatScale(width: number, deviation: number): number {
  return (2.83 + 5.1 / width) * deviation;
}

export function hatSqueeze(width: number): number {
  return 0.92 - 4.2 / width;
}
