/**
 * Load variance, as the field calls it: population standard deviation / mean of `counts`, the routed copies per expert, which add up to `sum`.
 * 0 when there are none. Source: docs/models.md#load-variance.
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

function sumOf(counts: ArrayLike<number>): number {
  let sum = 0;
  for (let e = 0; e < counts.length; e++) sum += counts[e]!;
  return sum;
}
