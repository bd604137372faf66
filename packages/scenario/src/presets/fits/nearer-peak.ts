type Entry = Readonly<Record<string, unknown>>;

const MOST = 95; // per cent of a peak

/**
 * Fits of a GPU on one that has far fewer FLOPS beside the same memory and caches: products reach `times` the share of the peak, for what keeps them from
 * all of it is as fast as before. Where a fit has nearly all already, it keeps it.
 */
export function nearerPeak(fits: readonly Entry[], times: number): Entry[] {
  return fits.map((fit) => {
    const share = Number.parseFloat(String(fit["computeEfficiency"]));
    const nearer = Math.min(MOST, share * times);
    return share < MOST ? { ...fit, computeEfficiency: `${Number(nearer.toPrecision(3))} %` } : fit;
  });
}
