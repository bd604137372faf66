/**
 * Which of several differences are real when all are looked at together: the smallest p is held against `level` over their number, the next against
 * `level` over one less, until one is not small enough. Source: Holm, A simple sequentially rejective multiple test procedure (1979).
 */
export function holm(ps: readonly number[], level = 0.05): boolean[] {
  const order = ps.map((p, i) => ({ p, i })).sort((a, b) => a.p - b.p || a.i - b.i);
  const real = ps.map(() => false);
  for (const [rank, { p, i }] of order.entries()) {
    if (!(p <= level / (ps.length - rank))) break;
    real[i] = true;
  }
  return real;
}
