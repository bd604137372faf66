/**
 * Sums of shares of nanoseconds by key: whole ones, and behind them [keys] what is over. They are exact in whatever order they are added up:
 * docs/models.md#grains.
 */
export type ShareSums = Float64Array;

// What is added to such a number and taken away again is left in whole grains: of 1 ns, and of 2^−30, of which a sum has room for millions of shares.
const WHOLE = 0x18_0000_0000_0000; // 1.5 · 2^52
const FINE = WHOLE / 0x4000_0000;

export function createShareSums(keys: number): ShareSums {
  return new Float64Array(2 * keys);
}

/** Adds `ns` · `share`. */
export function addShare(sums: ShareSums, key: number, ns: number, share: number): void {
  const own = ns * share;
  const whole = own + WHOLE - WHOLE;
  sums[key]! += whole;
  sums[sums.length / 2 + key]! += own - whole + FINE - FINE;
}

/** What was added under the first `keys`. */
export function sharesOf(sums: ShareSums, keys: number): Float64Array {
  return Float64Array.from({ length: keys }, (_, key) => sums[key]! + sums[sums.length / 2 + key]!);
}
