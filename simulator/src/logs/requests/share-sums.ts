import { addShareOfNs } from "@tokenyard/program";

/**
 * Sums of shares of nanoseconds by key: whole ones, followed by [keys] remainders. They are exact in any order:
 * docs/models/kernels.md#grains.
 */
export type ShareSums = Float64Array;

export function createShareSums(keys: number): ShareSums {
  return new Float64Array(2 * keys);
}

/** Adds `ns` · `share`. */
export function addShare(sums: ShareSums, key: number, ns: number, share: number): void {
  addShareOfNs(sums, key, sums.length / 2 + key, ns * share);
}

/** Adds [keys] `spentNs` · `share`. */
export function addShares(sums: ShareSums, spentNs: Float64Array, share: number): void {
  const overs = sums.length / 2;
  for (let key = 0; key < spentNs.length; key++) {
    const own = spentNs[key]! * share;
    if (own !== 0) addShareOfNs(sums, key, overs + key, own);
  }
}

/** Sums under the first `keys`. */
export function sharesOf(sums: ShareSums, keys: number): Float64Array {
  return Float64Array.from({ length: keys }, (_, key) => sums[key]! + sums[sums.length / 2 + key]!);
}
