/** First in, first out, in a ring that grows to the longest line there has been. */
export class WaitingLine<T> {
  #places: (T | undefined)[] = [undefined];
  #first = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  join(last: T): void {
    if (this.#length === this.#places.length) this.#grow();
    this.#places[(this.#first + this.#length) & (this.#places.length - 1)] = last;
    this.#length++;
  }

  /** Removes and returns the first; undefined if none waits. */
  leave(): T | undefined {
    if (this.#length === 0) return undefined;
    const first = this.#places[this.#first];
    this.#places[this.#first] = undefined;
    this.#first = (this.#first + 1) & (this.#places.length - 1);
    this.#length--;
    return first;
  }

  /** Doubles the ring, so that its size stays a power of two. */
  #grow(): void {
    const inOrder = [...this.#places.slice(this.#first), ...this.#places.slice(0, this.#first)];
    this.#places = [...inOrder, ...inOrder.map(() => undefined)];
    this.#first = 0;
  }
}
