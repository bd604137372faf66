/** Decoding sequences by the step that yields their last token, the earliest first and of equals the lowest slot: a binary heap. */
export class LastSteps {
  #steps: Float64Array<ArrayBuffer>;
  #slots: Int32Array<ArrayBuffer>;
  #size = 0;
  /** The earliest last step; Infinity when none decodes. */
  earliest = Number.POSITIVE_INFINITY;

  /**
   * `places`: the expected number of places; it grows beyond them. While it need not grow, V8 keeps the code that it compiled for its
   * columns.
   */
  constructor(places = 16) {
    this.#steps = new Float64Array(places);
    this.#slots = new Int32Array(places);
  }

  add(slot: number, step: number): void {
    if (this.#size === this.#slots.length) this.#grow();
    this.#rise(this.#size++, slot, step);
    this.earliest = this.#steps[0]!;
  }

  /** Takes out the earliest; there must be one. */
  leave(): number {
    const first = this.#slots[0]!;
    this.#fill(0);
    return first;
  }

  /** Takes out `slot`, wherever it is. */
  remove(slot: number): void {
    this.#fill(this.#slots.indexOf(slot));
  }

  /** Moves the last entry to the free place `at` and restores the order from there. */
  #fill(at: number): void {
    const last = --this.#size;
    if (at < last) {
      const slot = this.#slots[last]!;
      const step = this.#steps[last]!;
      if (at > 0 && this.#isBefore(slot, step, (at - 1) >> 1)) this.#rise(at, slot, step);
      else this.#sink(at, slot, step);
    }
    this.earliest = last === 0 ? Number.POSITIVE_INFINITY : this.#steps[0]!;
  }

  #rise(from: number, slot: number, step: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(slot, step, parent)) break;
      this.#steps[at] = this.#steps[parent]!;
      this.#slots[at] = this.#slots[parent]!;
      at = parent;
    }
    this.#steps[at] = step;
    this.#slots[at] = slot;
  }

  #sink(from: number, slot: number, step: number): void {
    const size = this.#size;
    const steps = this.#steps;
    const slots = this.#slots;
    let at = from;
    for (let child = 2 * at + 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && this.#isBefore(slots[child + 1]!, steps[child + 1]!, child)) child++;
      if (this.#isBefore(slot, step, child)) break;
      steps[at] = steps[child]!;
      slots[at] = slots[child]!;
      at = child;
    }
    steps[at] = step;
    slots[at] = slot;
  }

  /** Whether `slot`, whose last step is `step`, comes before the one at `place`. */
  #isBefore(slot: number, step: number, place: number): boolean {
    const other = this.#steps[place]!;
    return step < other || (step === other && slot < this.#slots[place]!);
  }

  #grow(): void {
    const steps = new Float64Array(2 * this.#size);
    const slots = new Int32Array(2 * this.#size);
    steps.set(this.#steps);
    slots.set(this.#slots);
    this.#steps = steps;
    this.#slots = slots;
  }
}
