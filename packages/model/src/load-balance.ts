/**
 * Load variance, as the field calls it: population standard deviation / mean of `counts`, the routed copies per expert.
 * 0 when there are none. Source: docs/models.md#load-variance.
 */
export function loadVariance(counts: ArrayLike<number>): number {
  const mean = meanOf(counts);
  if (mean === 0) return 0;
  let squares = 0;
  for (let e = 0; e < counts.length; e++) squares += (counts[e]! - mean) * (counts[e]! - mean);
  return Math.sqrt(squares / counts.length) / mean;
}

/** The fullest expert's copies over the mean; 1 when all are alike, 0 when there are none. */
export function maxOverMean(counts: ArrayLike<number>): number {
  const mean = meanOf(counts);
  if (mean === 0) return 0;
  let max = 0;
  for (let e = 0; e < counts.length; e++) max = Math.max(max, counts[e]!);
  return max / mean;
}

function meanOf(counts: ArrayLike<number>): number {
  let sum = 0;
  for (let e = 0; e < counts.length; e++) sum += counts[e]!;
  return counts.length === 0 ? 0 : sum / counts.length;
}
