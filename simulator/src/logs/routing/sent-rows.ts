import type { Lists } from "@tokenyard/model";
import { toGrainsOfCopies } from "@tokenyard/program";

/** Traffic of sources to experts' ranks, in tokens or copies. */
export interface SentTokens {
  /** Sources that have sent anything, rising. */
  senders(): readonly number[];
  /** [experts' ranks] of a source that has; it may be overwritten by the next call. */
  row(source: number): Float64Array;
  /** Tokens or copies that such a source sent to rank `e` of the experts' ranks. */
  at(source: number, e: number): number;
}

/** Traffic of sources to experts' ranks, in tokens or copies: a row for each source that has sent anything. */
export class SentRows implements SentTokens {
  /** [sources][experts' ranks] */
  readonly #rows: (Float64Array | undefined)[];

  constructor(sources: number) {
    this.#rows = Array.from({ length: sources }, () => undefined);
  }

  /** Adds `arrivals` [sources × experts' ranks], which there are where `lists` say. */
  add(arrivals: Float64Array, { places, lengths, columns }: Lists): void {
    for (let source = 0; source < lengths.length; source++) {
      if (lengths[source] === 0) continue;
      const row = source * columns;
      this.#rows[source] ??= new Float64Array(columns);
      const sent = this.#rows[source]!;
      for (let i = row, end = row + lengths[source]!; i < end; i++) sent[places[i]!]! += toGrainsOfCopies(arrivals[row + places[i]!]!);
    }
  }

  senders(): readonly number[] {
    return [...this.#rows.keys()].filter((source) => this.#rows[source] !== undefined);
  }

  row(source: number): Float64Array {
    return this.#rows[source]!;
  }

  at(source: number, e: number): number {
    return this.#rows[source]![e]!;
  }
}
