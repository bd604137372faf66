/** How far predictions lie from measurements. */
export interface Errors {
  readonly rows: number;
  /** Median of |predicted / measured − 1|. */
  readonly median: number;
  readonly p90: number;
  /** Median of predicted / measured: below 1 is too fast. */
  readonly medianRatio: number;
}

export function errorsOf(predicted: readonly number[], measured: readonly number[]): Errors {
  const ratios = predicted.map((seconds, i) => seconds / (measured[i] ?? Number.NaN));
  const errors = ratios.map((ratio) => Math.abs(ratio - 1));
  return { rows: ratios.length, median: quantile(errors, 0.5), p90: quantile(errors, 0.9), medianRatio: quantile(ratios, 0.5) };
}

/**
 * What a fit makes small: e / (1 + e / knee) for e = |ln(predicted / measured)|, in the mean. Rows much farther off than the knee hardly
 * pull, as in a median; but a median would leave free the coefficients that decide fewer than half of the rows.
 */
export function lossOf(predicted: ArrayLike<number>, measured: ArrayLike<number>, knee: number): number {
  let sum = 0;
  for (let i = 0; i < predicted.length; i++) {
    const error = Math.abs(Math.log(predicted[i]! / measured[i]!));
    sum += error / (1 + error / knee);
  }
  return sum / predicted.length;
}

/** The ⌈qn⌉-th smallest; NaN of nothing. */
export function quantile(values: ArrayLike<number>, q: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.max(1, Math.ceil(q * sorted.length)) - 1] ?? Number.NaN;
}
