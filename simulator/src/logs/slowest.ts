/**
 * Adds `times` what the slowest of the ranks that took `durationNs` [ranks] took longer than they did in the mean to its place in `out`: rank r has
 * `from` + r · `step`. Of equals the first is the slowest. What is added is as many times as much as there are ranks, so that it is whole.
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
