/** Factors on the durations of ops, by lane: [ranks of a stage], at least 1. */
export type Slowdown = readonly [Float64Array, Float64Array];

/** Slowdown of `ranks` ranks of which none is slow. */
export function fullSpeed(ranks: number): Slowdown {
  return [new Float64Array(ranks).fill(1), new Float64Array(ranks).fill(1)];
}

/** Durations [ranks] become longer, in whole nanoseconds. */
export function slowDown(durationNs: Float64Array, factors: Float64Array): void {
  for (let r = 0; r < durationNs.length; r++) durationNs[r] = Math.round(durationNs[r]! * factors[r]!);
}
