/**
 * Tests which of several differences are real: the smallest p is compared with `level` over their number, the next with `level` over one
 * less, until one is not small enough. Source: Holm, A simple sequentially rejective multiple test procedure (1979).
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
