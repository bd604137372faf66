import type { PassKind } from "./steady-state.ts";

/** Picks passes by their shares. */
export class PassPicker {
  readonly #passes: readonly PassKind[];
  /** [passes] cumulative shares of passes. */
  readonly #upTo: Float64Array;

  /** `weightOf`: weight of each pass; by default its share. */
  constructor(passes: readonly PassKind[], weightOf: (pass: PassKind) => number = ({ share }) => share) {
    this.#passes = passes;
    this.#upTo = new Float64Array(passes.length);
    let sum = 0;
    for (const [i, pass] of passes.entries()) {
      sum += weightOf(pass);
      this.#upTo[i] = sum;
    }
    for (let i = 0; i < passes.length; i++) this.#upTo[i] = this.#upTo[i]! / sum;
  }

  /** The first pass up to which there is `share` of all. */
  at(share: number): PassKind {
    let low = 0;
    let high = this.#passes.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#upTo[middle]! >= share) high = middle;
      else low = middle + 1;
    }
    return this.#passes[low]!;
  }
}
