/**
 * Load variance, as the field calls it: population standard deviation / mean of `counts`, the routed copies per expert, which add up to `sum`.
 * 0 when there are none. Source: docs/models/capacity.md#load-variance.
 */
export function loadVariance(counts: ArrayLike<number>, sum = sumOf(counts)): number {
  if (sum === 0) return 0;
  const mean = sum / counts.length;
  let squares = 0;
  for (let e = 0; e < counts.length; e++) squares += (counts[e]! - mean) * (counts[e]! - mean);
  return Math.sqrt(squares / counts.length) / mean;
}

/** The fullest expert's copies over the mean; 1 when all are alike, 0 when there are none. `sum`: of all. */
export function maxOverMean(counts: ArrayLike<number>, sum = sumOf(counts)): number {
  if (sum === 0) return 0;
  let max = 0;
  for (let e = 0; e < counts.length; e++) if (counts[e]! > max) max = counts[e]!;
  return max / (sum / counts.length);
}

/**
 * Load variance of whole counts, of which the sum, that of their squares, and how many they are, is known. Where they are a power of two no digit is lost on the way:
 * the same to the last bit as `loadVariance`; undefined for others.
 */
export function varianceOfSums(sum: number, squares: number, count: number): number | undefined {
  if ((count & (count - 1)) !== 0 || sum * count > MOST_EXACT) return undefined;
  if (sum === 0) return 0;
  return Math.sqrt((squares - (sum * sum) / count) / count) / (sum / count);
}

/** Squares of differences from the mean are parts of count², and add up to at most sum²: they have a place in 53 bits. */
const MOST_EXACT = 1 << 26;

function sumOf(counts: ArrayLike<number>): number {
  let sum = 0;
  for (let e = 0; e < counts.length; e++) sum += counts[e]!;
  return sum;
}
