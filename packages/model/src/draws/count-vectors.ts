import type { Lists } from "./lists.ts";
import type { Visits } from "./visits.ts";

/** Numbers of a block. */
const BLOCK = 1 << 16;

/** Columns of vectors, one behind the other: places, and the numbers there. */
interface Block {
  readonly places: Int32Array;
  readonly numbers: Float64Array;
}

/** Counts of one source, and what follows from them, only those above 0: of experts, and behind these of ranks and of nodes that are visited. */
export interface CountVector {
  readonly block: Block;
  readonly first: number;
  /** Where those of ranks begin, those of nodes, and where they end. */
  readonly ranks: number;
  readonly nodes: number;
  readonly end: number;
}

/** Count vectors, many to a block, as thousands of them are drawn. */
export class CountVectors {
  #block: Block = blockOf(0);
  #next = 0;

  /** That of row 0 of `out` [experts] and of `visits`. It is kept until another is made, unless `keep` is called. */
  make(out: Float64Array, visits: Visits | undefined): CountVector {
    const most = out.length + (visits === undefined ? 0 : visits.places.nodeOf.length + visits.places.nodes);
    if (this.#next + most > this.#block.places.length) {
      this.#block = blockOf(Math.max(BLOCK, most));
      this.#next = 0;
    }
    const first = this.#next;
    const ranks = this.#take(out, out.length, first);
    const nodes = visits === undefined ? ranks : this.#take(visits.toRanks, visits.places.nodeOf.length, ranks);
    const end = visits === undefined ? ranks : this.#take(visits.toNodes, visits.places.nodes, nodes);
    return { block: this.#block, first, ranks, nodes, end };
  }

  /** Nothing is written over `vector`, which was made last. */
  keep({ end }: CountVector): void {
    this.#next = end;
  }

  /** Takes what is above 0, in order, from place `at` on; returns the place behind it. */
  #take(column: Float64Array, length: number, at: number): number {
    const { places, numbers } = this.#block;
    let next = at;
    for (let i = 0; i < length; i++) {
      if (column[i]! <= 0) continue;
      places[next] = i;
      numbers[next++] = column[i]!;
    }
    return next;
  }
}

/** Places `vector` in row `source` of `out` [sources × experts], of `visits`, and of what lists these, all of which are empty. */
export function placeVector(
  { block, first, ranks, nodes, end }: CountVector,
  source: number,
  out: Float64Array,
  experts: number,
  visits: Visits | undefined,
  lists: Lists | undefined,
): void {
  place(block, first, ranks, out, source * experts);
  if (lists !== undefined) list(block, first, ranks, source, lists);
  if (visits === undefined) return;
  place(block, ranks, nodes, visits.toRanks, source * visits.places.nodeOf.length);
  place(block, nodes, end, visits.toNodes, source * visits.places.nodes);
  list(block, ranks, nodes, source, visits.ranks);
}

function place({ places, numbers }: Block, from: number, to: number, out: Float64Array, row: number): void {
  for (let i = from; i < to; i++) out[row + places[i]!] = numbers[i]!;
}

function list({ places }: Block, from: number, to: number, row: number, lists: Lists): void {
  const first = row * lists.columns - from;
  for (let i = from; i < to; i++) lists.places[first + i] = places[i]!;
  lists.lengths[row] = to - from;
}

function blockOf(length: number): Block {
  return { places: new Int32Array(length), numbers: new Float64Array(length) };
}
