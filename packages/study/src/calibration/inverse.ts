import { ln } from "@tokenyard/random";

/** The inverse of a positive definite matrix, by Gauss and Jordan. */
export function inverseOf(matrix: readonly (readonly number[])[]): number[][] {
  const size = matrix.length;
  const rows = matrix.map((row, i) => Float64Array.from({ length: 2 * size }, (_, j) => (j < size ? row[j]! : j - size === i ? 1 : 0)));
  for (let pivot = 0; pivot < size; pivot++) {
    const own = rows[pivot]!;
    const scale = own[pivot]!;
    for (let j = 0; j < 2 * size; j++) own[j]! /= scale;
    for (const row of rows) {
      if (row === own) continue;
      const factor = row[pivot]!;
      if (factor !== 0) for (let j = 0; j < 2 * size; j++) row[j]! -= factor * own[j]!;
    }
  }
  return rows.map((row) => [...row.slice(size)]);
}

/** The logarithm of the determinant of a positive definite matrix: the sum of the logarithms of its pivots. */
export function logDeterminantOf(matrix: readonly (readonly number[])[]): number {
  const rows = matrix.map((row) => [...row]);
  let sum = 0;
  for (const [pivot, own] of rows.entries()) {
    const scale = own[pivot]!;
    sum += ln(scale);
    for (const row of rows.slice(pivot + 1)) {
      const factor = row[pivot]! / scale;
      for (let j = pivot; j < row.length; j++) row[j]! -= factor * own[j]!;
    }
  }
  return sum;
}
