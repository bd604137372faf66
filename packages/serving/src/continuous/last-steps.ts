import type { Sequences } from "./sequences.ts";

/** Decoding sequences by the step that yields their last token, the earliest first and of equals the lowest slot: a binary heap. */
export class LastSteps {
  readonly #sequences: Sequences;
  #slots = new Int32Array(16);
  #size = 0;

  constructor(sequences: Sequences) {
    this.#sequences = sequences;
  }

  /** The earliest last step; Infinity when nobody decodes. */
  get earliest(): number {
    return this.#size === 0 ? Number.POSITIVE_INFINITY : this.#sequences.lastStep[this.#slots[0]!]!;
  }

  add(slot: number): void {
    if (this.#size === this.#slots.length) {
      const longer = new Int32Array(2 * this.#size);
      longer.set(this.#slots);
      this.#slots = longer;
    }
    this.#rise(this.#size++, slot);
  }

  /** Takes out the earliest; there must be one. */
  leave(): number {
    const first = this.#slots[0]!;
    this.remove(first);
    return first;
  }

  remove(slot: number): void {
    const at = this.#sequences.heapAt[slot]!;
    const last = this.#slots[--this.#size]!;
    if (at === this.#size) return;
    if (at > 0 && this.#earlier(last, this.#slots[(at - 1) >> 1]!)) this.#rise(at, last);
    else this.#sink(at, last);
  }

  #rise(from: number, slot: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const other = this.#slots[parent]!;
      if (!this.#earlier(slot, other)) break;
      this.#put(at, other);
      at = parent;
    }
    this.#put(at, slot);
  }

  #sink(from: number, slot: number): void {
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.#size) break;
      if (child + 1 < this.#size && this.#earlier(this.#slots[child + 1]!, this.#slots[child]!)) child++;
      const other = this.#slots[child]!;
      if (!this.#earlier(other, slot)) break;
      this.#put(at, other);
      at = child;
    }
    this.#put(at, slot);
  }

  #put(at: number, slot: number): void {
    this.#slots[at] = slot;
    this.#sequences.heapAt[slot] = at;
  }

  #earlier(a: number, b: number): boolean {
    const { lastStep } = this.#sequences;
    return lastStep[a]! < lastStep[b]! || (lastStep[a] === lastStep[b] && a < b);
  }
}
