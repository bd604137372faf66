import { OpenPlaces } from "./open-places.ts";

/** Loads by place, and the open place with the least, the lowest number of equals: a tournament, so that a change costs log(places). */
export class Least {
  readonly load: Float64Array;
  /** [2 · leaves] winners; the leaves are the places. */
  readonly #winner: Int32Array;
  readonly #leaves: number;
  readonly #open: OpenPlaces;

  constructor(places: number) {
    let leaves = 1;
    while (leaves < places) leaves *= 2;
    this.#leaves = leaves;
    this.#open = new OpenPlaces(places);
    this.load = new Float64Array(leaves).fill(0, 0, places).fill(Number.POSITIVE_INFINITY, places);
    this.#winner = new Int32Array(2 * leaves);
    for (let i = 0; i < leaves; i++) this.#winner[leaves + i] = i;
    for (let node = leaves - 1; node > 0; node--) this.#play(node);
  }

  get place(): number {
    return this.#winner[1]!;
  }

  add(place: number, load: number): void {
    this.load[place]! += load;
    for (let node = (this.#leaves + place) >> 1; node > 0; node >>= 1) this.#play(node);
  }

  /** Opens or closes `place` to requests. */
  open(place: number, isOpen: boolean): void {
    this.#open.set(place, isOpen);
    for (let node = this.#leaves - 1; node > 0; node--) this.#play(node); // one that closes may open all
  }

  isOpen(place: number): boolean {
    return this.#open.has(place);
  }

  #play(node: number): void {
    const a = this.#winner[2 * node]!;
    const b = this.#winner[2 * node + 1]!;
    this.#winner[node] = this.#isLess(b, a) ? b : a;
  }

  #isLess(b: number, a: number): boolean {
    const open = this.#open;
    return open.has(b) === open.has(a) ? this.load[b]! < this.load[a]! : open.has(b);
  }
}
