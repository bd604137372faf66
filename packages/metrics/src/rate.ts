/** The last samples of a series, one every `everyMs`, within a window that ends at the last. */
export interface Window {
  /** Ring of values, and the index of the oldest one of the window; the next one is `stride` further. */
  readonly ring: Float64Array;
  readonly first: number;
  readonly stride: number;
  readonly count: number;
  readonly everyMs: number;
  readonly rangeMs: number;
}

/**
 * Increase a second of a counter over the window, as Prometheus 2.53 computes `rate`: the increase between samples is drawn out to the ends of the window, by half a step at most where they
 * do not come near, and not below zero. NaN for fewer than two samples. Source: docs/alerts.md#rate.
 */
export function rateOf(window: Window): number {
  const { ring, first, stride, count } = window;
  if (count < 2) return Number.NaN;
  const { length } = ring;
  const oldest = ring[first]!;
  let before = oldest;
  let resets = 0;
  let at = first;
  for (let i = 1; i < count; i++) {
    at += stride;
    if (at >= length) at -= length;
    const value = ring[at]!;
    if (value < before) resets += before;
    before = value;
  }
  return rateBetween(oldest, before - oldest + resets, window);
}

/** Rate over a window of at least two samples, given its oldest sample and the increase in it. */
export function rateBetween(
  oldest: number,
  increase: number,
  { count, everyMs, rangeMs }: Pick<Window, "count" | "everyMs" | "rangeMs">,
): number {
  const sampled = (everyMs * (count - 1)) / 1000;
  const step = sampled / (count - 1);
  const threshold = step * 1.1;
  let toStart = (rangeMs - everyMs * (count - 1)) / 1000;
  if (toStart >= threshold) toStart = step / 2;
  if (increase > 0 && oldest >= 0) {
    const toZero = sampled * (oldest / increase);
    if (toZero < toStart) toStart = toZero;
  }
  let reaches = sampled;
  reaches += toStart;
  const factor = reaches / sampled / (Math.floor(rangeMs / 1000) + ((rangeMs % 1000) * 1e6) / 1e9); // seconds as Go has them
  return increase * factor;
}

/** Mean of the window, as Prometheus 2.53 computes `avg_over_time`: step by step, with compensated rounding. NaN for no sample. */
export function averageOf({ ring, first, stride, count }: Window): number {
  if (count === 0) return Number.NaN;
  const { length } = ring;
  let mean = 0;
  let lost = 0;
  let at = first;
  for (let i = 1; i <= count; i++) {
    const increment = ring[at]! / i - mean / i;
    const sum = mean + increment;
    lost += Math.abs(mean) >= Math.abs(increment) ? mean - sum + increment : increment - sum + mean;
    mean = sum;
    at += stride;
    if (at >= length) at -= length;
  }
  return mean + lost;
}
