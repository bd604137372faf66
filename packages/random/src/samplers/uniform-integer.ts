import type { Stream } from "../stream.ts";

const TWO_TO_53 = 9_007_199_254_740_992;

/**
 * A whole number between `from` and `to`, both included, each exactly as likely.
 * Throws RangeError when `from` > `to`, or when one is no safe integer or more than 2⁵³ numbers lie between.
 */
export function uniformInteger(stream: Stream, from: number, to: number): number {
  const count = to - from + 1;
  if (!(Number.isSafeInteger(from) && Number.isSafeInteger(to) && count >= 1 && count <= TWO_TO_53)) {
    throw new RangeError(`uniformInteger from ${from} to ${to}: wanted whole numbers, from ≤ to`);
  }
  const share = Math.floor(TWO_TO_53 / count); // of the 2⁵³ values of a uniform, this many for each number; the rest are drawn again
  for (;;) {
    const index = Math.floor((stream.next() * TWO_TO_53) / share);
    if (index < count) return from + index;
  }
}
