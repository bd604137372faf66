import type { Fates } from "@tokenyard/model";

/** Copies that passes routed alike in each of some layers, until every layer is given its part. */
export class AlikeCopies {
  readonly #rows: readonly number[];
  /** [experts] of each of those layers */
  readonly #tokens: Float64Array;
  #dropped = 0;
  #masked = 0;

  /** `rows`: numbers of the layers. */
  constructor(rows: readonly number[], experts: number) {
    this.#rows = rows;
    this.#tokens = new Float64Array(experts);
  }

  get rows(): readonly number[] {
    return this.#rows;
  }

  add(counts: Float64Array, { dropped, masked }: Fates, passes: number): void {
    const tokens = this.#tokens;
    for (let e = 0; e < tokens.length; e++) tokens[e] = tokens[e]! + counts[e]! * passes;
    this.#dropped += dropped * passes;
    this.#masked += masked * passes;
  }

  /** Gives every layer its part, by its number: of `tokens` [layers × experts], and of the others [layers]. */
  spread(tokens: Float64Array, dropped: Float64Array, masked: Float64Array | undefined): void {
    const experts = this.#tokens.length;
    for (const row of this.#rows) {
      for (let e = 0; e < experts; e++) tokens[row * experts + e]! += this.#tokens[e]!;
      dropped[row]! += this.#dropped;
      if (masked !== undefined) masked[row]! += this.#masked;
    }
    this.#tokens.fill(0);
    this.#dropped = 0;
    this.#masked = 0;
  }
}
