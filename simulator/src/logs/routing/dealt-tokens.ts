import { toGrainsOfCopies } from "@tokenyard/program";
import type { SentTokens } from "./sent-rows.ts";

/** Tokens, or copies, that were drawn of all sources at once: each has sent in proportion to its own. */
export class DealtTokens implements SentTokens {
  /** [sources] its share of all */
  readonly shares: Float64Array;
  /** [experts' ranks] of all sources */
  readonly #arrived: Float64Array;
  readonly #row: Float64Array;

  constructor(shares: Float64Array, ranks: number) {
    this.shares = shares;
    this.#arrived = new Float64Array(ranks);
    this.#row = new Float64Array(ranks);
  }

  /** Adds `arrivals` [experts' ranks] of all sources. */
  add(arrivals: Float64Array): void {
    for (let e = 0; e < arrivals.length; e++) this.#arrived[e] = this.#arrived[e]! + arrivals[e]!;
  }

  senders(): readonly number[] {
    return [...this.shares.keys()].filter((source) => this.shares[source]! > 0);
  }

  row(source: number): Float64Array {
    for (let e = 0; e < this.#row.length; e++) this.#row[e] = this.at(source, e);
    return this.#row;
  }

  at(source: number, e: number): number {
    return toGrainsOfCopies(this.#arrived[e]! * this.shares[source]!);
  }
}
