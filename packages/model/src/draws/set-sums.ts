import { exp, ln } from "@tokenyard/random";

/** ln of the sums over all j-sets of one expert: [0 … 1], the empty set and itself. */
export function lnSetSums(weight: number): Float64Array {
  return Float64Array.of(0, ln(weight));
}

/**
 * Receives for j the fewest that may be chosen from the first half, and for each number from there on its chance among those not passed
 * yet.
 */
export type SplitChances = (j: number, least: number, chances: readonly number[]) => void;

/**
 * ln of R(j) = Σ over all j-sets of an expert set of the products of their weights, j up to `topK`, from those of two halves:
 * R(j) = Σ R₁(k)·R₂(j − k). A set of j has k in the first half with the chance of that term. In logarithms, as the R leave the range of numbers.
 */
export function setSumsOf(first: Float64Array, second: Float64Array, topK: number, emit: SplitChances): Float64Array {
  const size = first.length + second.length - 2; // experts of both halves; each list begins with the empty set
  const sums = new Float64Array(Math.min(topK, size) + 1);
  for (let j = 1; j <= topK; j++) {
    const least = Math.max(0, j - (second.length - 1));
    const most = Math.min(j, first.length - 1);
    if (j >= sums.length) {
      emit(j, 0, [1]); // no token needs more
      continue;
    }
    const terms: number[] = [];
    let largest = Number.NEGATIVE_INFINITY;
    for (let k = least; k <= most; k++) {
      const term = first[k]! + second[j - k]!;
      terms.push(term);
      largest = Math.max(largest, term);
    }
    const shares = terms.map((term) => exp(term - largest));
    const chances = new Array<number>(shares.length);
    let rest = 0; // from the end, so that small ones keep their digits
    for (let i = shares.length - 1; i >= 0; i--) {
      rest += shares[i]!;
      chances[i] = rest === 0 ? 1 : shares[i]! / rest;
    }
    sums[j] = largest + ln(rest);
    emit(j, least, chances);
  }
  return sums;
}
