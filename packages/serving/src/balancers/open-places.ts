/** Places that take requests: all of them at first, and again where none does. */
export class OpenPlaces {
  /** How many there are. */
  count: number;
  readonly #places: number;
  readonly #isClosed: Uint8Array;
  #closed = 0;
  /** The open ones, rising, while some are not. */
  #open: Int32Array | undefined;

  constructor(places: number) {
    this.count = places;
    this.#places = places;
    this.#isClosed = new Uint8Array(places);
  }

  /** Number `index` of them. */
  at(index: number): number {
    return this.#open === undefined ? index : this.#open[index]!;
  }

  has(place: number): boolean {
    return this.#open === undefined || this.#isClosed[place] === 0;
  }

  set(place: number, isOpen: boolean): void {
    const isClosed = isOpen ? 0 : 1;
    if (this.#isClosed[place] === isClosed) return;
    this.#isClosed[place] = isClosed;
    this.#closed += isOpen ? -1 : 1;
    const isMixed = this.#closed > 0 && this.#closed < this.#places;
    this.#open = isMixed ? Int32Array.from(this.#isClosed.keys()).filter((each) => this.#isClosed[each] === 0) : undefined;
    this.count = this.#open?.length ?? this.#places;
  }
}
