/** Slots in a row, in a column that grows to the longest there has been: a list that is filled and emptied at every pass allocates nothing. */
export class SlotList {
  /** How many there are; set to 0, it is empty again. */
  size = 0;
  #slots = new Int32Array(16);

  push(slot: number): void {
    if (this.size === this.#slots.length) {
      const longer = new Int32Array(2 * this.size);
      longer.set(this.#slots);
      this.#slots = longer;
    }
    this.#slots[this.size++] = slot;
  }

  at(index: number): number {
    return this.#slots[index]!;
  }

  /** Puts them in order of their request's `number`, no two of which are equal. */
  sort(number: Float64Array): void {
    inOrder(this.#slots.subarray(0, this.size), number);
  }
}

/** A separate function: a function that creates a closure allocates for it at each call, used or not. */
function inOrder(slots: Int32Array, number: Float64Array): void {
  slots.sort((a, b) => number[a]! - number[b]!);
}
