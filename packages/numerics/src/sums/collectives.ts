import type { Formats } from "../formats/formats.ts";
import type { Wire } from "../wire.ts";

/** How an all-reduce inside a node goes about it. */
export type InNode = "two-shot" | "one-shot";

/**
 * Values of rows of a group of `ranks` (global) in a collective; each row is separate. Rows are added up in each node first, then over
 * nodes, and the result crosses to a node once: a sum needs n − 1 rows, and its distribution as many. Rows are not changed.
 */
export class Collectives {
  readonly #wire: Wire;
  readonly #inNode: InNode;
  readonly #formats: Formats;

  constructor(wire: Wire, inNode: InNode, formats: Formats) {
    this.#wire = wire;
    this.#inNode = inNode;
    this.#formats = formats;
  }

  /** The sum of `rows` [ranks] at the rank on place `owner`. */
  reduce(ranks: readonly number[], rows: readonly (Float64Array | undefined)[], owner: number, width: number): Float64Array {
    const collectors = this.#collectorsOf(ranks, owner);
    const sums = new Map<number, Float64Array>();
    for (const [place, row] of this.#inTurn(rows, owner)) {
      if (row === undefined) continue;
      const collector = collectors.get(this.#wire.nodeOf(ranks[place]!))!;
      this.#wire.carry(ranks[place]!, ranks[collector]!, width);
      this.#addInto(sums, collector, row, width);
    }
    for (const [collector, row] of sums) {
      if (collector === owner) continue;
      this.#wire.carry(ranks[collector]!, ranks[owner]!, width);
      this.#addInto(sums, owner, row, width);
    }
    return sums.get(owner)!;
  }

  /** `width` numbers of the rank on place `owner` go to all others. */
  spread(ranks: readonly number[], owner: number, width: number): void {
    const collectors = this.#collectorsOf(ranks, owner);
    for (const collector of collectors.values()) this.#wire.carry(ranks[owner]!, ranks[collector]!, width);
    for (const [place, rank] of ranks.entries()) {
      const collector = collectors.get(this.#wire.nodeOf(rank))!;
      if (place !== collector) this.#wire.carry(ranks[collector]!, rank, width);
    }
  }

  /** The sum of `rows` [ranks] on every rank; row number `number` of its op. */
  allReduce(ranks: readonly number[], rows: readonly (Float64Array | undefined)[], number: number, width: number): Float64Array {
    const owner = number % ranks.length;
    if (this.#inNode === "one-shot" && ranks.every((rank) => this.#wire.nodeOf(rank) === this.#wire.nodeOf(ranks[0]!))) {
      for (const from of ranks) for (const to of ranks) this.#wire.carry(from, to, width);
      return this.#sumOf(rows, width);
    }
    const sum = this.reduce(ranks, rows, owner, width);
    this.spread(ranks, owner, width);
    return sum;
  }

  /** Rows in the order of a ring, which ends at the owner; where nothing is rounded no order is better than theirs. */
  *#inTurn(rows: readonly (Float64Array | undefined)[], owner: number): Iterable<readonly [place: number, row: Float64Array | undefined]> {
    const first = this.#formats.isExact ? 0 : owner + 1;
    for (let i = 0; i < rows.length; i++) {
      const place = (first + i) % rows.length;
      yield [place, rows[place]];
    }
  }

  /** Adds `row` to the sum at `place`; each step of a ring hands the sum on in the format of collectives. */
  #addInto(sums: Map<number, Float64Array>, place: number, row: Float64Array, width: number): void {
    const sum = sums.get(place) ?? row.slice();
    if (sums.has(place)) addRow(sum, row);
    sums.set(place, sum);
    this.#formats.send(sum, width, "collectives");
  }

  /** One shot: every rank adds up all rows in full precision and rounds the sum. */
  #sumOf(rows: readonly (Float64Array | undefined)[], width: number): Float64Array {
    const there = rows.filter((row) => row !== undefined);
    const sum = there[0]!.slice();
    for (const row of there.slice(1)) addRow(sum, row);
    this.#formats.send(sum, width, "collectives");
    return sum;
  }

  /** Index of the collecting member on each node: the owner on its own. */
  #collectorsOf(ranks: readonly number[], owner: number): ReadonlyMap<number, number> {
    const collectors = new Map<number, number>();
    for (const [place, rank] of ranks.entries()) {
      const node = this.#wire.nodeOf(rank);
      if (!collectors.has(node) || place === owner) collectors.set(node, place);
    }
    return collectors;
  }
}

/** Adds `row` to `sum`. */
export function addRow(sum: Float64Array, row: Float64Array): void {
  for (let i = 0; i < sum.length; i++) sum[i]! += row[i]!;
}
