/** `inFeatures` × `outFeatures` numbers, row by row. */
export interface Matrix {
  readonly inFeatures: number;
  readonly outFeatures: number;
  readonly numbers: Float64Array;
}

/** Adds `row` (from `at` on) × `matrix` to `out` (from `to` on). */
export function addProduct(row: Float64Array, at: number, { inFeatures, outFeatures, numbers }: Matrix, out: Float64Array, to = 0): void {
  for (let i = 0, w = 0; i < inFeatures; i++) {
    const x = row[at + i]!;
    for (let o = 0; o < outFeatures; o++) out[to + o]! += x * numbers[w++]!;
  }
}

/** `count` rows × `matrix`. */
export function product(rows: Float64Array, count: number, matrix: Matrix): Float64Array {
  const { inFeatures, outFeatures } = matrix;
  const out = new Float64Array(count * outFeatures);
  for (let r = 0; r < count; r++) addProduct(rows, r * inFeatures, matrix, out, r * outFeatures);
  return out;
}

/** Columns `from … to − 1`; columns past the last are zeros, as padded shards have them. */
export function columnsOf({ inFeatures, outFeatures, numbers }: Matrix, from: number, to: number): Matrix {
  const width = to - from;
  const own = new Float64Array(inFeatures * width);
  for (let i = 0; i < inFeatures; i++) {
    for (let o = from; o < Math.min(to, outFeatures); o++) own[i * width + o - from] = numbers[i * outFeatures + o]!;
  }
  return { inFeatures, outFeatures: width, numbers: own };
}

/** Rows `from … to − 1`. */
export function rowsOf({ outFeatures, numbers }: Matrix, from: number, to: number): Matrix {
  return { inFeatures: to - from, outFeatures, numbers: numbers.slice(from * outFeatures, to * outFeatures) };
}

/** The matrices side by side, which take the same inputs. */
export function sideBySide(...matrices: readonly Matrix[]): Matrix {
  const outFeatures = matrices.reduce((sum, matrix) => sum + matrix.outFeatures, 0);
  const { inFeatures } = matrices[0]!;
  const numbers = new Float64Array(inFeatures * outFeatures);
  let at = 0;
  for (const matrix of matrices) {
    for (let i = 0; i < inFeatures; i++) {
      numbers.set(matrix.numbers.subarray(i * matrix.outFeatures, (i + 1) * matrix.outFeatures), i * outFeatures + at);
    }
    at += matrix.outFeatures;
  }
  return { inFeatures, outFeatures, numbers };
}
