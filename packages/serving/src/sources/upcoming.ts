/** Things with a time, soonest first; those of one instant in the order in which they were added. A binary heap. */
export class Upcoming<T> {
  readonly #timesNs: number[] = [];
  readonly #orders: number[] = [];
  readonly #things: T[] = [];
  #added = 0;

  /** Time of the soonest; infinite when there is none. */
  get nextNs(): number {
    return this.#timesNs.length === 0 ? Number.POSITIVE_INFINITY : this.#timesNs[0]!;
  }

  add(timeNs: number, thing: T): void {
    this.#timesNs.push(timeNs);
    this.#orders.push(this.#added++);
    this.#things.push(thing);
    this.#rise(this.#things.length - 1);
  }

  /** Takes the soonest; there must be one. */
  take(): T {
    return this.#takeFrom(0);
  }

  /** Takes `thing` out, if it is there. Looks at all. */
  remove(thing: T): void {
    const at = this.#things.indexOf(thing);
    if (at >= 0) this.#takeFrom(at);
  }

  /** Moves the last entry to the free place, and restores the order from there. */
  #takeFrom(place: number): T {
    const last = this.#things.length - 1;
    this.#swap(place, last);
    this.#timesNs.pop();
    this.#orders.pop();
    const taken = this.#things.pop()!;
    if (place < last) this.#rise(this.#sink(place, last));
    return taken;
  }

  #sink(from: number, count: number): number {
    for (let at = from; ; ) {
      let child = 2 * at + 1;
      if (child >= count) return at;
      if (child + 1 < count && this.#isSooner(child + 1, child)) child++;
      if (!this.#isSooner(child, at)) return at;
      this.#swap(child, at);
      at = child;
    }
  }

  #rise(from: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isSooner(at, parent)) break;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #isSooner(a: number, b: number): boolean {
    const between = this.#timesNs[a]! - this.#timesNs[b]!;
    return between < 0 || (between === 0 && this.#orders[a]! < this.#orders[b]!);
  }

  #swap(a: number, b: number): void {
    swap(this.#timesNs, a, b);
    swap(this.#orders, a, b);
    swap(this.#things, a, b);
  }
}

function swap<T>(column: T[], a: number, b: number): void {
  const kept = column[a]!;
  column[a] = column[b]!;
  column[b] = kept;
}
