/** Relative difference below which counts are equal: Prometheus takes it for the error of sums. */
const SMALL = 1e-12;
const LEAST = 2.2250738585072014e-308;

/**
 * The value below which `q` of the observations lie, as Prometheus 2.53 computes `histogram_quantile`: they are spread evenly between the
 * bounds of a bucket. `counts` [bounds + 1] are cumulative and are changed where they fall. NaN if there are none. Source:
 * docs/alerts.md#quantile.
 */
export function quantileOf(q: number, bounds: readonly number[], counts: Float64Array): number {
  makeRise(counts);
  const last = bounds.length;
  const all = counts[last]!;
  if (all === 0 || Number.isNaN(all) || last === 0) return Number.NaN;
  let rank = q * all;
  let at = 0;
  while (at < last && !(counts[at]! >= rank)) at++;
  if (at === last) return bounds[last - 1]!;
  let start = 0;
  let count = counts[at]!;
  if (at === 0 && bounds[0]! <= 0) return bounds[0]!;
  if (at > 0) {
    start = bounds[at - 1]!;
    count -= counts[at - 1]!;
    rank -= counts[at - 1]!;
  }
  return start + (bounds[at]! - start) * (rank / count);
}

function makeRise(counts: Float64Array): void {
  let before = counts[0]!;
  for (let i = 1; i < counts.length; i++) {
    const now = counts[i]!;
    if (now === before) continue;
    if (areAlike(before, now) || now < before) {
      counts[i] = before;
      continue;
    }
    before = now;
  }
}

function areAlike(a: number, b: number): boolean {
  const sum = Math.abs(a) + Math.abs(b);
  const apart = Math.abs(a - b);
  if (a === 0 || b === 0 || sum < LEAST) return apart < SMALL * LEAST;
  return apart / Math.min(sum, Number.MAX_VALUE) < SMALL;
}
