const DEVIATIONS = 12;

/**
 * The share of their time in repair for which GPUs are missed, where `spares` stand by for any of them and `absent` are in repair in the mean: E[(N − spares)⁺] / E[N] of
 * N that is Poisson (M/G/∞), as who waits takes the first GPU that is back. Source: docs/models.md#availability.
 */
export function shortage(spares: number, absent: number): number {
  if (spares === 0) return 1;
  if (absent <= 0) return 0;
  const mode = Math.floor(absent);
  const reach = Math.ceil(DEVIATIONS * (Math.sqrt(absent) + DEVIATIONS)); // beyond which nothing counts
  let [all, missed] = [1, Math.max(0, mode - spares)]; // relative to the weight of the mode
  for (let n = mode + 1, weight = 1; n <= mode + reach; n++) {
    weight *= absent / n;
    all += weight;
    missed += weight * Math.max(0, n - spares);
  }
  for (let n = mode, weight = 1; n >= Math.max(1, mode - reach); n--) {
    weight *= n / absent;
    all += weight;
    missed += weight * Math.max(0, n - 1 - spares);
  }
  return missed / all / absent;
}
