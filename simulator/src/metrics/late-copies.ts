/** Where a pass sends the tokens of a layer, once its gate has ended. */
interface Late {
  readonly row: number;
  readonly routed: Float64Array;
  readonly capacity: number;
  readonly endNs: number;
}

/** Counts copies of tokens by expert, in rows of a layer each: those of gates that end after the next sample not before that is taken. */
export class LateCopies {
  /** [rows × experts] */
  readonly #copies: Float64Array;
  /** [rows] */
  readonly #capacity: Float64Array;
  #late: Late[] = [];

  constructor(copies: Float64Array, capacity: Float64Array) {
    this.#copies = copies;
    this.#capacity = capacity;
  }

  /** `routed` [experts] of a gate that ends at `endNs`. */
  route(row: number, routed: Float64Array, capacity: number, endNs: number, isLate: boolean): void {
    if (isLate) this.#late.push({ row, routed: routed.slice(), capacity, endNs });
    else this.#add(row, routed, capacity);
  }

  /** Counts those that have ended by `atNs`. */
  settle(atNs: number): void {
    if (this.#late.length === 0) return;
    for (const { row, routed, capacity, endNs } of this.#late) if (endNs <= atNs) this.#add(row, routed, capacity);
    this.#late = this.#late.filter(({ endNs }) => endNs > atNs);
  }

  #add(row: number, routed: Float64Array, capacity: number): void {
    const copies = this.#copies;
    const first = row * routed.length;
    for (let e = 0; e < routed.length; e++) copies[first + e] = copies[first + e]! + routed[e]!;
    this.#capacity[row] = this.#capacity[row]! + capacity;
  }
}
