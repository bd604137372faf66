/** ln n! less Stirling's ½·ln(2πn) + n·ln n − n, for n = 1 … 15; at 0 it is never used. */
const SMALL_STIRLING_ERRORS = Float64Array.of(
  0,
  0.08106146679532726,
  0.0413406959554093,
  0.02767792568499834,
  0.020790672103765093,
  0.016644691189821193,
  0.013876128823070748,
  0.01189670994589177,
  0.010411265261972096,
  0.009255462182712733,
  0.00833056343336287,
  0.007573675487951841,
  0.00694284010720953,
  0.006408994188004207,
  0.0059513701127588475,
  0.005554733551962801,
);

/** ln n! − (½·ln(2πn) + n·ln n − n) for a whole n ≥ 1; the series' error is below 2e-16. Source: Stirling's series, Σ B₂ₖ/(2k(2k−1)n^(2k−1)). */
export function stirlingError(n: number): number {
  if (n < 16) return SMALL_STIRLING_ERRORS[n]!;
  const z = 1 / (n * n);
  return (1 / 12 - z * (1 / 360 - z * (1 / 1260 - z * (1 / 1680 - z * (1 / 1188))))) / n;
}
