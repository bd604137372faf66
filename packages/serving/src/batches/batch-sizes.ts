import type { ServingSpec } from "@tokenyard/scenario";

/** Undefined where decode steps run as they are. */
export function batchSizesOf({ batchSizes }: ServingSpec): BatchSizes | undefined {
  return batchSizes === undefined ? undefined : new BatchSizes(batchSizes);
}

/**
 * Numbers of sequences for which an engine has captured its decode step as a graph: a data group that only decodes runs the smallest graph that
 * holds its sequences, its last rows being padding. More sequences than the largest graph holds run without one, as they are.
 * Source: docs/models/scheduling.md#captured-batch-sizes.
 */
export class BatchSizes {
  readonly #sizes: readonly number[];

  /** `sizes`: at least one, each at least 1, in any order. */
  constructor(sizes: readonly number[]) {
    this.#sizes = sizes.toSorted((a, b) => a - b);
  }

  /** Rows of a data group with `sequences` decoding sequences; 0 if it has none. */
  rows(sequences: number): number {
    const sizes = this.#sizes;
    if (sequences === 0 || !this.holds(sequences)) return sequences;
    let low = 0;
    let high = sizes.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sizes[middle]! < sequences) low = middle + 1;
      else high = middle;
    }
    return sizes[low]!;
  }

  /** Whether a graph holds so many sequences. */
  holds(sequences: number): boolean {
    return sequences <= this.#sizes[this.#sizes.length - 1]!;
  }

  /** Most rows of a data group with up to `sequences` of them. */
  mostRows(sequences: number): number {
    return Math.max(this.rows(Math.min(sequences, this.#sizes[this.#sizes.length - 1]!)), sequences);
  }

  /** Fills `rows` for each data group; where each of its `sequences` has several of the `tokens`, graphs have as many for each. */
  fill(tokens: Float64Array, rows: Float64Array, sequences = tokens): void {
    for (let group = 0; group < rows.length; group++) {
      const count = sequences[group]!;
      rows[group] = tokens[group] === count ? this.rows(count) : this.rows(count) * (tokens[group]! / count);
    }
  }
}
