import type { WaitingRoom } from "./waiting-room.ts";

/** First come, first served; preempted requests go to the front. A ring that grows to the longest queue so far. */
export class FirstCome implements WaitingRoom {
  #places = new Int32Array(16);
  #first = 0;
  size = 0;

  peek(): number {
    return this.size === 0 ? -1 : this.#places[this.#first]!;
  }

  leave(): number {
    const slot = this.#places[this.#first]!;
    this.#first = (this.#first + 1) & (this.#places.length - 1);
    this.size--;
    return slot;
  }

  enter(slot: number): void {
    if (this.size === this.#places.length) this.#grow();
    this.#places[(this.#first + this.size++) & (this.#places.length - 1)] = slot;
  }

  enterAgain(slot: number): void {
    if (this.size === this.#places.length) this.#grow();
    this.#first = (this.#first - 1) & (this.#places.length - 1);
    this.#places[this.#first] = slot;
    this.size++;
  }

  remove(slot: number): void {
    const places = this.#places;
    const mask = places.length - 1;
    let at = 0;
    while (places[(this.#first + at) & mask] !== slot) at++;
    this.size--;
    for (; at < this.size; at++) places[(this.#first + at) & mask] = places[(this.#first + at + 1) & mask]!;
  }

  #grow(): void {
    const longer = new Int32Array(2 * this.#places.length);
    for (let i = 0; i < this.size; i++) longer[i] = this.#places[(this.#first + i) & (this.#places.length - 1)]!;
    this.#places = longer;
    this.#first = 0;
  }
}
