/**
 * Adds `times` the excess of the slowest of `durationNs` [ranks] over their mean to its place in `out`: rank r has `from` + r · `step`.
 * Among equals the first is the slowest. The excess is multiplied by the number of ranks, so that it is whole.
 */
export function addSlowest(durationNs: Float64Array, times: number, out: Float64Array, from: number, step: number): void {
  let slowest = 0;
  let sum = 0;
  for (let r = 0; r < durationNs.length; r++) {
    sum += durationNs[r]!;
    if (durationNs[r]! > durationNs[slowest]!) slowest = r;
  }
  const lost = durationNs[slowest]! * durationNs.length - sum;
  if (lost > 0) out[from + slowest * step]! += lost * times;
}
