import type { Stream } from "../stream.ts";

/**
 * An index into `cumulative`, the running sums of weights ≥ 0 (the last is their total, above 0): index i as often as
 * cumulative[i] − cumulative[i − 1]. Binary search; an index of weight 0 is never given.
 */
export function categorical(stream: Stream, cumulative: ArrayLike<number>): number {
  const target = stream.next() * cumulative[cumulative.length - 1]!;
  let low = 0; // the first index whose running sum exceeds the target
  let high = cumulative.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (cumulative[middle]! > target) high = middle;
    else low = middle + 1;
  }
  return low;
}
