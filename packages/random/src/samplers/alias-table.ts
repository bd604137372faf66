import type { Stream } from "../stream.ts";

const WORD = 32; // bits
const TWO_TO_32 = 4_294_967_296;

/**
 * Draws indices as often as their weights say, at a cost that does not grow with them: a column of a table as likely as any other, and of the column
 * either its own index or another one. One word of 32 bits tells both; only where it lies on the very edge is another number drawn.
 * Source: Walker (1977), An efficient method for generating discrete random variables with general distributions; the table by Vose (1991).
 */
export class AliasTable {
  readonly #columnBits: number;
  /** [columns] Of the values behind a word's column, how many keep the column's own index; and the chance that the next one does. */
  readonly #keeping: Float64Array;
  readonly #rest: Float64Array;
  readonly #other: Int32Array;

  /** `weights` ≥ 0, at most 2¹⁶ of them, add up to 1, but for rounding. */
  constructor(weights: Float64Array) {
    this.#columnBits = Math.max(1, WORD - Math.clz32(weights.length - 1));
    const columns = 1 << this.#columnBits;
    const values = TWO_TO_32 / columns;
    const share = Float64Array.from({ length: columns }, (_, i) => (weights[i] ?? 0) * columns);
    this.#keeping = new Float64Array(columns).fill(values);
    this.#rest = new Float64Array(columns);
    this.#other = Int32Array.from({ length: columns }, (_, i) => i);
    const under: number[] = [];
    const over: number[] = [];
    for (let i = 0; i < columns; i++) (share[i]! < 1 ? under : over).push(i);
    while (under.length > 0 && over.length > 0) {
      const poor = under.pop()!;
      const rich = over.at(-1)!;
      this.#share(poor, share[poor]! * values, rich);
      share[rich] = share[rich]! + share[poor]! - 1;
      if (share[rich]! < 1) under.push(over.pop()!);
    }
    const likeliest = weights.indexOf(weights.reduce((most, weight) => Math.max(most, weight), 0));
    for (const i of under) if ((weights[i] ?? 0) === 0) this.#share(i, 0, likeliest); // what rounding has left over
  }

  pick(stream: Stream): number {
    const word = stream.bits();
    const column = word & (this.#keeping.length - 1);
    const value = word >>> this.#columnBits;
    const keeping = this.#keeping[column]!;
    return value < keeping || (value === keeping && stream.next() < this.#rest[column]!) ? column : this.#other[column]!;
  }

  /** Of the values of `column`, `own` keep its index. */
  #share(column: number, own: number, other: number): void {
    this.#keeping[column] = Math.floor(own);
    this.#rest[column] = own - Math.floor(own);
    this.#other[column] = other;
  }
}
