/** Bins ordered by (load, number) in a binary heap. They start empty and open; `size` are open. */
export class LeastLoaded {
  readonly #loads: Float64Array;
  readonly #heap: Int32Array;
  #size: number;

  constructor(bins: number) {
    this.#loads = new Float64Array(bins);
    this.#heap = new Int32Array(bins);
    for (let bin = 0; bin < bins; bin++) this.#heap[bin] = bin; // all loads are equal: in order of number is a heap
    this.#size = bins;
  }

  get size(): number {
    return this.#size;
  }

  /** The open bin with the smallest load, the first of them. At least one is open. */
  get least(): number {
    return this.#heap[0]!;
  }

  /** Adds `load` to the least loaded bin. */
  add(load: number): void {
    this.#loads[this.least]! += load;
    this.#sink(this.least);
  }

  /** Takes the least loaded bin out. */
  close(): void {
    this.#size--;
    this.#sink(this.#heap[this.#size]!);
  }

  /** Puts `bin` where the top is and moves it down to its place. */
  #sink(bin: number): void {
    const heap = this.#heap;
    let place = 0;
    for (let child = 1; child < this.#size; child = 2 * place + 1) {
      if (child + 1 < this.#size && this.#before(heap[child + 1]!, heap[child]!)) child++;
      if (!this.#before(heap[child]!, bin)) break;
      heap[place] = heap[child]!;
      place = child;
    }
    heap[place] = bin;
  }

  #before(a: number, b: number): boolean {
    return this.#loads[a]! < this.#loads[b]! || (this.#loads[a] === this.#loads[b] && a < b);
  }
}
