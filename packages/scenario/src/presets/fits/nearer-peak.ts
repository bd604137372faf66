type Entry = Readonly<Record<string, unknown>>;

const MOST = 95; // per cent of a peak

/**
 * Fits of a GPU for one with far fewer FLOPS beside the same memory and caches: products reach `times` the share of the peak, as the other
 * limits are as fast as before. A fit near the peak already is unchanged.
 */
export function nearerPeak(fits: readonly Entry[], times: number): Entry[] {
  return fits.map((fit) => {
    const share = Number.parseFloat(String(fit["computeEfficiency"]));
    const nearer = Math.min(MOST, share * times);
    return share < MOST ? { ...fit, computeEfficiency: `${Number(nearer.toPrecision(3))} %` } : fit;
  });
}

/** Fits of products of which few rows change places with the columns of the weights, so that matrix units pad `rows` of them, and not 64. */
export function swapped(fits: readonly Entry[], rows: number): Entry[] {
  return fits.map((fit) => (fit["kind"] === "linear" ? { ...fit, leastRows: rows } : fit));
}
