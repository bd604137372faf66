const BITS = 8;
const SETS = 1 << BITS;

/**
 * Counts tokens by the set of ranks that they visit, of up to 32: one number for each token and eight ranks, rather than one for each
 * visited rank.
 */
export class VisitMasks {
  readonly #ranks: number;
  readonly #bytes: number;
  /** [bytes of a set × their values] tokens */
  readonly #counts: Int32Array;

  constructor(ranks: number) {
    this.#ranks = ranks;
    this.#bytes = Math.ceil(ranks / BITS);
    this.#counts = new Int32Array(this.#bytes * SETS);
  }

  /** Adds a token that visits the ranks whose bits are in `set`. */
  add(set: number): void {
    const counts = this.#counts;
    for (let byte = 0; byte < this.#bytes; byte++) counts[byte * SETS + ((set >>> (byte * BITS)) & (SETS - 1))]!++;
  }

  /** Adds how many came to each rank to `out`, from `first` on; none have come any more. */
  addTo(out: Float64Array, first: number): void {
    const counts = this.#counts;
    for (let rank = this.#ranks - 1; rank >= 0; rank--) {
      const from = (rank >> 3) * SETS;
      const half = 1 << (rank & (BITS - 1));
      let sum = 0;
      for (let i = from; i < from + half; i++) {
        const own = counts[i + half]!; // in sets of this rank and those before it
        sum += own;
        counts[i]! += own;
        counts[i + half] = 0;
      }
      out[first + rank]! += sum;
    }
    for (let byte = 0; byte < this.#bytes; byte++) counts[byte * SETS] = 0;
  }
}
