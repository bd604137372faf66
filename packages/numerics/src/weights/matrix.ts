/** `inFeatures` × `outFeatures` numbers, row by row. */
export interface Matrix {
  readonly inFeatures: number;
  readonly outFeatures: number;
  readonly numbers: Float64Array;
}

/** Adds `row` (from `at` on) × `matrix` to `out` (from `to` on). Each sum is in the order of the inputs; four at a time, they stay in registers. */
export function addProduct(row: Float64Array, at: number, { inFeatures, outFeatures, numbers }: Matrix, out: Float64Array, to = 0): void {
  let o = 0;
  for (; o + 4 <= outFeatures; o += 4) {
    let a = out[to + o]!;
    let b = out[to + o + 1]!;
    let c = out[to + o + 2]!;
    let d = out[to + o + 3]!;
    for (let i = 0, w = o; i < inFeatures; i++, w += outFeatures) {
      const x = row[at + i]!;
      a += x * numbers[w]!;
      b += x * numbers[w + 1]!;
      c += x * numbers[w + 2]!;
      d += x * numbers[w + 3]!;
    }
    out[to + o] = a;
    out[to + o + 1] = b;
    out[to + o + 2] = c;
    out[to + o + 3] = d;
  }
  for (; o < outFeatures; o++) {
    let sum = out[to + o]!;
    for (let i = 0, w = o; i < inFeatures; i++, w += outFeatures) sum += row[at + i]! * numbers[w]!;
    out[to + o] = sum;
  }
}

/** `count` rows × `matrix`. */
export function product(rows: Float64Array, count: number, matrix: Matrix): Float64Array {
  const { inFeatures, outFeatures } = matrix;
  const out = new Float64Array(count * outFeatures);
  let r = 0;
  for (; r + 2 <= count; r += 2) addTwoProducts(rows, r * inFeatures, matrix, out, r * outFeatures);
  if (r < count) addProduct(rows, r * inFeatures, matrix, out, r * outFeatures);
  return out;
}

/** Adds two rows in succession × a matrix to two rows of `out`: as `addProduct` does, with each number of the matrix read once for both. */
function addTwoProducts(rows: Float64Array, at: number, { inFeatures, outFeatures, numbers }: Matrix, out: Float64Array, to: number): void {
  let o = 0;
  for (; o + 4 <= outFeatures; o += 4) {
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    let e = 0;
    let f = 0;
    let g = 0;
    let h = 0;
    for (let i = 0, w = o; i < inFeatures; i++, w += outFeatures) {
      const x = rows[at + i]!;
      const y = rows[at + inFeatures + i]!;
      a += x * numbers[w]!;
      b += x * numbers[w + 1]!;
      c += x * numbers[w + 2]!;
      d += x * numbers[w + 3]!;
      e += y * numbers[w]!;
      f += y * numbers[w + 1]!;
      g += y * numbers[w + 2]!;
      h += y * numbers[w + 3]!;
    }
    const first = to + o;
    out[first]! += a;
    out[first + 1]! += b;
    out[first + 2]! += c;
    out[first + 3]! += d;
    const second = first + outFeatures;
    out[second]! += e;
    out[second + 1]! += f;
    out[second + 2]! += g;
    out[second + 3]! += h;
  }
  for (; o < outFeatures; o++) {
    for (let i = 0, w = o; i < inFeatures; i++, w += outFeatures) {
      out[to + o]! += rows[at + i]! * numbers[w]!;
      out[to + outFeatures + o]! += rows[at + inFeatures + i]! * numbers[w]!;
    }
  }
}

/** Parts of matrices by their bounds: ranks with the same part share its numbers. */
const columns = new WeakMap<Matrix, Map<string, Matrix>>();
const rows = new WeakMap<Matrix, Map<string, Matrix>>();

/** Columns `from … to − 1`; columns past the last are zeros, as padded shards have them. */
export function columnsOf(matrix: Matrix, from: number, to: number): Matrix {
  const { inFeatures, outFeatures, numbers } = matrix;
  return partOf(columns, matrix, outFeatures, from, to, () => {
    const width = to - from;
    const own = new Float64Array(inFeatures * width);
    for (let i = 0; i < inFeatures; i++) {
      for (let o = from; o < Math.min(to, outFeatures); o++) own[i * width + o - from] = numbers[i * outFeatures + o]!;
    }
    return { inFeatures, outFeatures: width, numbers: own };
  });
}

/** Rows `from … to − 1`. */
export function rowsOf(matrix: Matrix, from: number, to: number): Matrix {
  const { inFeatures, outFeatures, numbers } = matrix;
  return partOf(rows, matrix, inFeatures, from, to, () => ({
    inFeatures: to - from,
    outFeatures,
    numbers: numbers.slice(from * outFeatures, to * outFeatures),
  }));
}

function partOf(known: typeof columns, matrix: Matrix, size: number, from: number, to: number, make: () => Matrix): Matrix {
  if (from === 0 && to === size) return matrix;
  const parts = known.get(matrix) ?? new Map<string, Matrix>();
  known.set(matrix, parts);
  const part = parts.get(`${from}/${to}`) ?? make();
  parts.set(`${from}/${to}`, part);
  return part;
}
