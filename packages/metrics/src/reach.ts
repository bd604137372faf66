import type { Rule } from "./rule.ts";

/**
 * How far a bound could be moved for the rule to fire all the same: the worst value that a group has held for as many evaluations as the rule waits. With `above` any lower bound fires, and
 * none from there up.
 */
export class Reach {
  readonly #groups: number;
  readonly #evaluations: number;
  readonly #isAbove: boolean;
  /** [evaluations × groups] −Infinity where the condition could not hold, whatever the bound; turned round for `below` */
  readonly #ring: Float64Array;
  #taken = 0;
  #worst = Number.NEGATIVE_INFINITY;

  constructor({ forMs, side }: Pick<Rule, "forMs" | "side">, groups: number, everyMs: number) {
    this.#groups = groups;
    this.#evaluations = Math.ceil(forMs / everyMs) + 1;
    this.#isAbove = side === "above";
    this.#ring = new Float64Array(this.#evaluations * groups).fill(Number.NEGATIVE_INFINITY);
  }

  static numbersOf({ forMs }: Pick<Rule, "forMs">, groups: number, everyMs: number): number {
    return (Math.ceil(forMs / everyMs) + 1) * groups;
  }

  /** `values` [groups] of an evaluation; `mayHold`: whether the other conditions of the rule hold. */
  take(values: Float64Array, mayHold: boolean): void {
    const row = (this.#taken % this.#evaluations) * this.#groups;
    for (let g = 0; g < this.#groups; g++) {
      const value = values[g]!;
      const hard = !mayHold || Number.isNaN(value) ? Number.NEGATIVE_INFINITY : this.#isAbove ? value : -value;
      this.#ring[row + g] = hard;
      if (hard > this.#worst && this.#taken + 1 >= this.#evaluations) this.#lookBack(g);
    }
    this.#taken++;
  }

  /** Bound on the near side of which the rule fires; NaN if it could not fire with any bound. */
  get value(): number {
    if (this.#worst === Number.NEGATIVE_INFINITY) return Number.NaN;
    return this.#isAbove ? this.#worst : -this.#worst;
  }

  /** Goes back from the last evaluation while all are worse than any before. */
  #lookBack(group: number): void {
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < this.#evaluations; i++) {
      const at = (((this.#taken - i) % this.#evaluations) + this.#evaluations) % this.#evaluations;
      const hard = this.#ring[at * this.#groups + group]!;
      if (hard <= this.#worst) return;
      if (hard < least) least = hard;
    }
    this.#worst = least;
  }
}
