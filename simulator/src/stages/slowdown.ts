/** Factors on the durations of ops, by lane: [ranks of a stage], at least 1. */
export type Slowdown = readonly [Float64Array, Float64Array];

/** That of so many ranks of which none is slow. */
export function fullSpeed(ranks: number): Slowdown {
  return [new Float64Array(ranks).fill(1), new Float64Array(ranks).fill(1)];
}

/** Durations [ranks] become longer, in whole nanoseconds. */
export function slowDown(durationNs: Float64Array, factors: Float64Array): void {
  for (let r = 0; r < durationNs.length; r++) durationNs[r] = Math.round(durationNs[r]! * factors[r]!);
}

/** [ranks] Numbers, which two ranks share that are of one of so many groups of neighbours, and as slow as each other. */
export function pacesOf(slowdown: Slowdown, groups: number): Int32Array {
  const size = slowdown[0].length / groups;
  const numbers = new Map<string, number>();
  return Int32Array.from(slowdown[0], (factor, r) => {
    const key = `${Math.floor(r / size)}/${factor}/${slowdown[1][r]}`;
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  });
}

/** The factors of each of so many groups of neighbours, where all of a group are as slow as each other; undefined where they are not. */
export function slowdownOfGroups(slowdown: Slowdown, groups: number): Slowdown | undefined {
  const size = slowdown[0].length / groups;
  const isEven = slowdown.every((factors) => factors.every((factor, r) => factor === factors[r - (r % size)]));
  const ofGroups = (factors: Float64Array) => Float64Array.from({ length: groups }, (_, g) => factors[g * size]!);
  return isEven ? [ofGroups(slowdown[0]), ofGroups(slowdown[1])] : undefined;
}
