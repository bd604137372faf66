const EMPTY = -1;

/**
 * Numbers of entries by their key of two words, by open addressing with linear probing; a place that is left is filled by those behind it,
 * so that searches never pass over graves. At most half full. The keys are the owner's columns, [entries].
 */
export class KeyTable {
  #places = new Int32Array(32).fill(EMPTY);
  #size = 0;

  /** The entry of that key; −1: none. */
  find(high: number, low: number, highs: Int32Array, lows: Int32Array): number {
    const places = this.#places;
    const mask = places.length - 1;
    for (let at = low & mask; ; at = (at + 1) & mask) {
      const entry = places[at]!;
      if (entry === EMPTY || (lows[entry] === low && highs[entry] === high)) return entry;
    }
  }

  /** Takes in `entry`, whose key no entry here has. */
  add(entry: number, lows: Int32Array): void {
    if (2 * ++this.#size > this.#places.length) this.#grow(lows);
    this.#put(entry, lows);
  }

  /** Takes out `entry`, which is here. */
  remove(entry: number, lows: Int32Array): void {
    const places = this.#places;
    const mask = places.length - 1;
    let hole = lows[entry]! & mask;
    while (places[hole] !== entry) hole = (hole + 1) & mask;
    for (let at = (hole + 1) & mask; places[at] !== EMPTY; at = (at + 1) & mask) {
      const home = lows[places[at]!]! & mask;
      if (((at - home) & mask) < ((at - hole) & mask)) continue; // a search for it does not come by the hole
      places[hole] = places[at]!;
      hole = at;
    }
    places[hole] = EMPTY;
    this.#size--;
  }

  #put(entry: number, lows: Int32Array): void {
    const places = this.#places;
    const mask = places.length - 1;
    let at = lows[entry]! & mask;
    while (places[at] !== EMPTY) at = (at + 1) & mask;
    places[at] = entry;
  }

  #grow(lows: Int32Array): void {
    const before = this.#places;
    this.#places = new Int32Array(2 * before.length).fill(EMPTY);
    for (let at = 0; at < before.length; at++) if (before[at] !== EMPTY) this.#put(before[at]!, lows);
  }
}
