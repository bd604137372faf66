/** Under this a weight's ratio to another could leave the range of numbers. No sample would ever show the difference. */
export const LEAST_WEIGHT = 1e-300;

/** Chances with which tokens that consider the experts one after another choose sets S of `topK` with P(S) ∝ Π weight(e), e in S. */
export interface SetChances {
  /** [experts × topK] at (e, j − 1): chance that a token which still needs j of the experts e, e + 1, … chooses e */
  readonly taking: Float64Array;
  /** Chance that `topK` independent picks by weight are all different. */
  readonly allDifferent: number;
  /** [topK + 1] R(j) / R(j − 1) over all experts, at j; 0 where there are fewer than j. */
  readonly ratios: Float64Array;
}

/**
 * Chances of sets by weights [experts] that are at least LEAST_WEIGHT and add up to 1. R(j, e) is the sum over all j-sets of experts from e
 * on of the products of their weights; the chance of taking e is w·R(j−1, e+1) / R(j, e). As R leaves the range of numbers, the ratios r(j,
 * e) = R(j, e) / R(j−1, e) are kept, and the chance is w / (w + r(j, e+1)). Source: docs/models/routing.md#routing.
 */
export function setChances(weights: Float64Array, topK: number): SetChances {
  const taking = new Float64Array(weights.length * topK);
  const ratios = new Float64Array(topK + 1); // r(j, e+1) in the step of e; 0 if fewer than j experts are left
  for (let e = weights.length - 1; e >= 0; e--) {
    const weight = weights[e]!;
    for (let j = Math.min(topK, weights.length - e); j >= 1; j--) {
      taking[e * topK + j - 1] = weight / (weight + ratios[j]!);
      ratios[j] = j === 1 ? weight + ratios[1]! : (weight + ratios[j]!) / (weight / ratios[j - 1]! + 1);
    }
  }
  let allDifferent = 1; // topK! · R(topK, 0)
  for (let j = 1; j <= topK; j++) allDifferent *= j * ratios[j]!;
  return { taking, allDifferent, ratios };
}

/** Chance of each expert [experts] to be in a token's set; they add up to topK. */
export function expertChances({ taking }: SetChances, topK: number): Float64Array {
  const needing = new Float64Array(topK + 1); // chance that the token still needs j when it reaches e
  needing[topK] = 1;
  return Float64Array.from({ length: taking.length / topK }, (_, e) => {
    let chance = 0;
    for (let j = 1; j <= topK; j++) {
      const taken = needing[j]! * taking[e * topK + j - 1]!;
      needing[j]! -= taken;
      needing[j - 1]! += taken; // j rises, so nothing is moved twice
      chance += taken;
    }
    return chance;
  });
}
