import { order, type Ranked } from "./standing.ts";

/** Items with the least-cost one accessible: a binary heap by `order`. */
export class Hopes<Item extends Ranked> {
  #heap: Item[] = [];

  get size(): number {
    return this.#heap.length;
  }

  /** The first by `order`; undefined when there is none. */
  get first(): Item | undefined {
    return this.#heap[0];
  }

  add(item: Item): void {
    const heap = this.#heap;
    let place = heap.length;
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (order(heap[above]!, item) <= 0) break;
      heap[place] = heap[above]!;
      place = above;
    }
    heap[place] = item;
  }

  /** Takes the first out. */
  take(): void {
    const last = this.#heap.pop();
    if (last !== undefined && this.#heap.length > 0) this.#sink(last);
  }

  /** Removes and returns all items, in no order. */
  takeAll(): Item[] {
    const all = this.#heap;
    this.#heap = [];
    return all;
  }

  #sink(item: Item): void {
    const heap = this.#heap;
    let place = 0;
    for (let child = 1; child < heap.length; child = 2 * place + 1) {
      if (child + 1 < heap.length && order(heap[child + 1]!, heap[child]!) < 0) child++;
      if (order(item, heap[child]!) <= 0) break;
      heap[place] = heap[child]!;
      place = child;
    }
    heap[place] = item;
  }
}
