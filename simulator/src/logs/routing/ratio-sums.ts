import { toGrainsOfRatioRests, toGrainsOfRatios } from "@tokenyard/program";

/**
 * Sums of ratios, such as load variances, by key: in grains of 2^−20, followed by [keys] remainders in finer ones. They are exact in any
 * order: docs/models/kernels.md#grains.
 */
export type RatioSums = Float64Array;

export function createRatioSums(keys: number): RatioSums {
  return new Float64Array(2 * keys);
}

/** Adds `ratio`, seen `times`. */
export function addRatio(sums: RatioSums, key: number, ratio: number, times: number): void {
  const most = toGrainsOfRatios(ratio);
  const rest = key + sums.length / 2;
  sums[key] = sums[key]! + most * times;
  sums[rest] = sums[rest]! + toGrainsOfRatioRests(ratio - most) * times;
}

/** Adds a ratio under each of `keys`. */
export function addRatioToEach(sums: RatioSums, keys: readonly number[], ratio: number, times: number): void {
  const most = toGrainsOfRatios(ratio);
  const rest = toGrainsOfRatioRests(ratio - most) * times;
  const half = sums.length / 2;
  for (let at = 0; at < keys.length; at++) {
    const key = keys[at]!;
    sums[key] = sums[key]! + most * times;
    sums[half + key] = sums[half + key]! + rest;
  }
}

/** Sum under `key`. */
export function ratiosOf(sums: RatioSums, key: number): number {
  return sums[key]! + sums[key + sums.length / 2]!;
}

/** Adds all that was added to `more`, under the only key of it, to each of `sums`. */
export function addToEach(sums: RatioSums, more: RatioSums): void {
  for (let key = 0; key < sums.length; key++) sums[key] = sums[key]! + more[key < sums.length / 2 ? 0 : 1]!;
}
