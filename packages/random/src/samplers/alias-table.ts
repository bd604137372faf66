import type { Stream } from "../stream.ts";

const WORD = 32; // bits
const LEAST_BITS = 2; // least bits of a column, so that the remainder of a word is less than a sign
const SIGN = WORD - 1;

/**
 * Draws indices in proportion to their weights, at a cost that does not grow with their number: every column of a table is equally likely,
 * and gives its own index or another one. One word of random bits decides both; only at the very edge another number is drawn. Source:
 * Walker (1977), An efficient method for generating discrete random variables with general distributions; the table by Vose (1991).
 */
export class AliasTable {
  readonly columnBits: number;
  /**
   * [columns × 2] number of values behind a word's column that keep the column's own index, and the other index. Tight loops read it
   * directly, as `at` does.
   */
  readonly cells: Int32Array;
  /** [columns] the chance that the value behind those keeps it */
  readonly #rest: Float64Array;

  /** `weights` ≥ 0, at most 2¹⁶ of them, add up to 1, but for rounding. Words have `bits` bits: at most 32, and more than distinguish the weights. */
  constructor(weights: Float64Array, bits = WORD) {
    this.columnBits = Math.max(LEAST_BITS, WORD - Math.clz32(weights.length - 1));
    const columns = 1 << this.columnBits;
    const values = 1 << (bits - this.columnBits);
    const share = new Float64Array(columns);
    this.cells = new Int32Array(2 * columns);
    this.#rest = new Float64Array(columns);
    const waiting = new Int32Array(columns); // columns with less than their share from the front, others from the back
    let under = 0;
    let over = columns;
    for (let i = 0; i < columns; i++) {
      share[i] = i < weights.length ? weights[i]! * columns : 0;
      this.cells[2 * i] = values;
      this.cells[2 * i + 1] = i;
      if (share[i]! < 1) waiting[under++] = i;
      else waiting[--over] = i;
    }
    while (under > 0 && over < columns) {
      const poor = waiting[--under]!;
      const rich = waiting[over]!;
      this.#share(poor, share[poor]! * values, rich);
      share[rich] = share[rich]! + share[poor]! - 1;
      if (share[rich]! >= 1) continue;
      over++;
      waiting[under++] = rich;
    }
    if (under === 0) return;
    const likeliest = weights.indexOf(weights.reduce((most, weight) => Math.max(most, weight), 0));
    for (let u = 0; u < under; u++) if ((weights[waiting[u]!] ?? 0) === 0) this.#share(waiting[u]!, 0, likeliest); // remainders of rounding
  }

  /** Draws an index with a stream of 32-bit words. */
  pick(stream: Stream): number {
    return this.at(stream.bits(), stream);
  }

  /** The index that `word` draws. Without a branch that no predictor could foresee. */
  at(word: number, stream: Stream): number {
    const { cells } = this;
    const column = word & (cells.length / 2 - 1);
    const beyond = cells[2 * column]! - (word >>> this.columnBits); // less than 0: not its own
    if (beyond === 0) return this.edge(column, stream);
    return column ^ ((column ^ cells[2 * column + 1]!) & (beyond >> SIGN));
  }

  /** Decides a word on the edge of a column: its own index, or the other one. */
  edge(column: number, stream: Stream): number {
    return stream.next() < this.#rest[column]! ? column : this.cells[2 * column + 1]!;
  }

  /** Sets `column`, in which `own` of the values stand for its own index. */
  #share(column: number, own: number, other: number): void {
    this.cells[2 * column] = Math.floor(own);
    this.#rest[column] = own - Math.floor(own);
    this.cells[2 * column + 1] = other;
  }
}
