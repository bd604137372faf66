/** Something that will happen, unless it is called off. */
export interface Entry<Event> {
  readonly atNs: number;
  readonly order: number;
  readonly sequence: number;
  readonly event: Event;
  isOff: boolean;
}

/**
 * What will happen over a year: a heap by (time, order, sequence). The engine's clock ends after 104 days, where nanoseconds are no longer whole; here they
 * need not be.
 */
export class Agenda<Event> {
  readonly #heap: Entry<Event>[] = [];
  #sequence = 0;

  add(atNs: number, order: number, event: Event): Entry<Event> {
    const entry = { atNs, order, sequence: this.#sequence++, event, isOff: false };
    const heap = this.#heap;
    let at = heap.length;
    heap.push(entry);
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (comesBefore(heap[above]!, entry)) break;
      heap[at] = heap[above]!;
      at = above;
    }
    heap[at] = entry;
    return entry;
  }

  /** What comes next, up to `untilNs`, then up to that order; undefined when nothing does. */
  next(untilNs: number, order = Number.POSITIVE_INFINITY): Entry<Event> | undefined {
    while (this.#heap.length > 0) {
      const { atNs, order: own } = this.#heap[0]!;
      if (atNs > untilNs || (atNs === untilNs && own > order)) return undefined;
      const first = this.#pop();
      if (!first.isOff) return first;
    }
    return undefined;
  }

  #pop(): Entry<Event> {
    const heap = this.#heap;
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return first;
    let at = 0;
    while (true) {
      let below = 2 * at + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && comesBefore(heap[below + 1]!, heap[below]!)) below++;
      if (comesBefore(last, heap[below]!)) break;
      heap[at] = heap[below]!;
      at = below;
    }
    heap[at] = last;
    return first;
  }
}

function comesBefore(a: Entry<unknown>, b: Entry<unknown>): boolean {
  return a.atNs - b.atNs < 0 || (a.atNs === b.atNs && (a.order - b.order || a.sequence - b.sequence) < 0);
}
