/**
 * Levenberg and Marquardt's descent from `start` to a low point of Σ ρ(r), where ρ counts residuals far beyond `knee` less and less
 * (Cauchy's weights). `residuals` fills its second argument. Derivatives by difference. Deterministic.
 */
export function leastSquares(
  residuals: (at: readonly number[], out: Float64Array) => void,
  start: readonly number[],
  rows: number,
  knee: number,
): readonly number[] {
  const size = start.length;
  let at = [...start];
  let here = new Float64Array(rows);
  residuals(at, here);
  let loss = lossOf(here, knee);
  const columns = start.map(() => new Float64Array(rows));
  let damping = 1e-2;
  for (let turn = 0; turn < 40; turn++) {
    for (let j = 0; j < size; j++) {
      const step = 1e-4;
      residuals(
        at.map((x, i) => (i === j ? x + step : x)),
        columns[j]!,
      );
      for (let i = 0; i < rows; i++) columns[j]![i] = (columns[j]![i]! - here[i]!) / step;
    }
    const weights = here.map((r) => 1 / (1 + (r / knee) * (r / knee)));
    const matrix = columns.map((a) => columns.map((b) => dot(a, b, weights)));
    const slope = columns.map((a) => dot(a, here, weights));
    let isBetter = false;
    for (let attempt = 0; attempt < 8 && !isBetter; attempt++) {
      const damped = matrix.map((row, i) => row.map((x, j) => (i === j ? x * (1 + damping) + 1e-9 * rows : x)));
      const move = solved(damped, slope);
      const next = at.map((x, i) => x - Math.max(-1.5, Math.min(1.5, move[i]!)));
      const there = new Float64Array(rows);
      residuals(next, there);
      const nextLoss = lossOf(there, knee);
      if (nextLoss < loss) {
        isBetter = true;
        const gain = (loss - nextLoss) / loss;
        at = next;
        here = there;
        loss = nextLoss;
        damping = Math.max(1e-6, damping / 5);
        if (gain < 1e-5) return at;
      } else damping *= 4;
    }
    if (!isBetter) return at;
  }
  return at;
}

/** Mean of Cauchy's loss. */
export function lossOf(residuals: ArrayLike<number>, knee: number): number {
  let sum = 0;
  for (let i = 0; i < residuals.length; i++) sum += Math.log1p((residuals[i]! / knee) ** 2);
  return sum / residuals.length;
}

function dot(a: Float64Array, b: Float64Array, weights: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]! * weights[i]!;
  return sum;
}

/** x of A·x = b, by elimination with the largest pivots. */
function solved(a: readonly (readonly number[])[], b: readonly number[]): number[] {
  const rows = a.map((row, i) => [...row, b[i]!]);
  const n = rows.length;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(rows[i]![k]!) > Math.abs(rows[pivot]![k]!)) pivot = i;
    [rows[k], rows[pivot]] = [rows[pivot]!, rows[k]!];
    for (let i = k + 1; i < n; i++) {
      const factor = rows[i]![k]! / rows[k]![k]!;
      for (let j = k; j <= n; j++) rows[i]![j]! -= factor * rows[k]![j]!;
    }
  }
  const x = new Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; i--) {
    let sum = rows[i]![n]!;
    for (let j = i + 1; j < n; j++) sum -= rows[i]![j]! * x[j]!;
    x[i] = sum / rows[i]![i]!;
  }
  return x;
}
