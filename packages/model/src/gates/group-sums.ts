import type { SharedExperts } from "../draws/spread-ratios.ts";

/**
 * The chance that a token has a copy for a place that gets shares a of the copies of some experts. Its copies all go elsewhere with E[Π (1 − a)] over its
 * experts: of a set of groups R(K) over weights w·(1 − a) by R(K) over weights w, where R(K), the sum over all K-sets of their products of weights, is the
 * coefficient of z^K in Π (1 + w·z). Source: docs/models/routing.md#visits.
 */
export class GroupSums {
  readonly #weights: Float64Array; // [experts] 1 in the mean
  readonly #topK: number;
  readonly #ofGroup: number; // experts
  readonly #limit: number;
  /** [sets of `limit` groups, in the order of their numbers] */
  readonly #chances: Float64Array;
  /** [groups][topK + 1] */
  readonly #sums: Float64Array[];
  /** [sets] */
  readonly #all: Float64Array;
  #set = 0;

  constructor(weights: Float64Array, topK: number, groups: number, limit: number, chances: Float64Array) {
    this.#weights = weights.map((weight) => weight * weights.length);
    this.#topK = topK;
    this.#ofGroup = weights.length / groups;
    this.#limit = limit;
    this.#chances = chances;
    this.#sums = Array.from({ length: groups }, (_, group) => this.#sumsOf(group, undefined));
    this.#all = new Float64Array(chances.length);
    this.#walk(this.#sums, 0, limit, unit(topK), (set, sum) => {
      this.#all[set] = sum;
    });
  }

  coming({ experts, shares }: SharedExperts): number {
    const left = new Map<number, number>(); // 1 − a
    const groups = new Set<number>();
    for (const [i, x] of experts.entries()) {
      left.set(x, Math.max(0, 1 - shares[i]!));
      groups.add(Math.floor(x / this.#ofGroup));
    }
    const sums = this.#sums.map((own, group) => (groups.has(group) ? this.#sumsOf(group, left) : own));
    let elsewhere = 0;
    this.#walk(sums, 0, this.#limit, unit(this.#topK), (set, sum) => {
      elsewhere += (this.#chances[set]! * sum) / this.#all[set]!;
    });
    return 1 - elsewhere;
  }

  /** R(j) of a group, for j up to topK, with weights times the factors in `left`. */
  #sumsOf(group: number, left: Map<number, number> | undefined): Float64Array {
    const sums = unit(this.#topK);
    for (let x = group * this.#ofGroup; x < (group + 1) * this.#ofGroup; x++) {
      const weight = this.#weights[x]! * (left?.get(x) ?? 1);
      for (let j = this.#topK; j > 0; j--) sums[j]! += weight * sums[j - 1]!;
    }
    return sums;
  }

  /** Emits for each set of `left` more groups from `first` on, in order, R(topK) with those of `before`. */
  #walk(sums: readonly Float64Array[], first: number, left: number, before: Float64Array, emit: (set: number, sum: number) => void): void {
    if (first === 0) this.#set = 0;
    for (let group = first; group <= sums.length - left; group++) {
      if (left > 1) this.#walk(sums, group + 1, left - 1, product(before, sums[group]!), emit);
      else emit(this.#set++, lastOf(before, sums[group]!));
    }
  }
}

function unit(topK: number): Float64Array {
  const one = new Float64Array(topK + 1);
  one[0] = 1;
  return one;
}

/** Coefficients of the product of two polynomials, as far as they go. */
function product(a: Float64Array, b: Float64Array): Float64Array {
  const out = new Float64Array(a.length);
  for (let i = 0; i < a.length; i++) if (a[i] !== 0) for (let j = 0; i + j < a.length; j++) out[i + j]! += a[i]! * b[j]!;
  return out;
}

/** The last of them. */
function lastOf(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[a.length - 1 - i]!;
  return sum;
}
