import { createEventQueue, type EventKey } from "@tokenyard/engine";

/** An event in the future, unless it is cancelled. */
export interface Entry<Event> extends EventKey {
  readonly event: Event;
  isOff: boolean;
}

/** Future events of a year. The engine's clock ends after 104 days, where nanoseconds are no longer whole; here they may be fractions. */
export class Agenda<Event> {
  readonly #queue = createEventQueue<Entry<Event>>();
  #sequence = 0;

  add(timeNs: number, order: number, event: Event): Entry<Event> {
    const entry = { timeNs, order, sequence: this.#sequence++, event, isOff: false };
    this.#queue.push(entry);
    return entry;
  }

  /** The next event up to `untilNs`, and at that instant up to that order; undefined for none. */
  next(untilNs: number, order = Number.POSITIVE_INFINITY): Entry<Event> | undefined {
    for (let first = this.#queue.peek(); first !== undefined; first = this.#queue.peek()) {
      if (first.timeNs > untilNs || (first.timeNs === untilNs && first.order > order)) return undefined;
      this.#queue.pop();
      if (!first.isOff) return first;
    }
    return undefined;
  }
}
