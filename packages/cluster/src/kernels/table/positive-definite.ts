const LEAST = 1e-12; // of a pivot: of points too near each other to be distinguished

/**
 * x of A·x = b, and of A·x = c, for a symmetric positive definite A [n × n], of which the lower half is read, and overwritten with its factor (Cholesky).
 */
export function solvedBoth(a: Float64Array, b: Float64Array, c: Float64Array): readonly [Float64Array, Float64Array] {
  const n = b.length;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = a[i * n + j]!;
      for (let k = 0; k < j; k++) rest -= a[i * n + k]! * a[j * n + k]!;
      a[i * n + j] = i === j ? Math.sqrt(Math.max(rest, LEAST)) : rest / a[j * n + j]!;
    }
  }
  return [solved(a, b), solved(a, c)];
}

/**
 * Ordinary kriging [Cressie] of `values` with the covariances in the lower half of `covariances`, which is overwritten: among all weighted
 * means, the one with the least expected error is `mean` + Σ weights · covariance with the requested place. Source:
 * docs/models/kernels.md#profile-tables.
 */
export function ordinaryKriging(
  covariances: Float64Array,
  values: Float64Array,
): { readonly mean: number; readonly weights: Float64Array } {
  const [ofValues, ofOnes] = solvedBoth(covariances, values, new Float64Array(values.length).fill(1));
  const mean = values.length === 0 ? 0 : sumOf(ofValues) / sumOf(ofOnes);
  return { mean, weights: ofValues.map((value, i) => value - mean * ofOnes[i]!) };
}

function sumOf(numbers: Float64Array): number {
  let sum = 0;
  for (const number of numbers) sum += number;
  return sum;
}

/** Solves by the factor: forward substitution, then backward with its transpose. */
function solved(factor: Float64Array, b: Float64Array): Float64Array {
  const n = b.length;
  const x = Float64Array.from(b);
  for (let i = 0; i < n; i++) {
    let rest = x[i]!;
    for (let k = 0; k < i; k++) rest -= factor[i * n + k]! * x[k]!;
    x[i] = rest / factor[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    const value = x[i]! / factor[i * n + i]!;
    x[i] = value;
    for (let k = 0; k < i; k++) x[k]! -= factor[i * n + k]! * value;
  }
  return x;
}
