import { createEventQueue, type EventKey, type EventQueue } from "./event-queue.ts";
import { LAST_NS, TimeOverflow } from "./time.ts";

/** The right to cancel one scheduled event. */
export interface Ticket {
  readonly timeNs: number;
}

type Fate = "waiting" | "cancelled" | "taken";

interface ScheduledEvent<Event> extends Ticket, EventKey {
  readonly timeNs: number;
  readonly event: Event;
  fate: Fate;
}

/**
 * How simulated time passes: a clock in whole nanoseconds, and the events still to come.
 * Events leave by (time, order, sequence): at one instant the lower order first, as `orderOf` has it, and then the one scheduled first.
 * The engine handles nothing itself; its owner takes the next event, handles it and schedules what follows.
 */
export class Engine<Event> {
  /** When the next event comes; infinite when there is none. The engine alone writes it: a loop asks for it all the time. */
  nextNs = Number.POSITIVE_INFINITY;
  readonly #orderOf: (event: Event) => number;
  /** Its first is not cancelled. */
  readonly #queue: EventQueue<ScheduledEvent<Event>> = createEventQueue();
  #nowNs = 0;
  #scheduled = 0;
  #pending = 0;

  constructor(orderOf: (event: Event) => number) {
    this.#orderOf = orderOf;
  }

  /** The time of the event taken last; 0 before the first. */
  get nowNs(): number {
    return this.#nowNs;
  }

  /** Events that are still to come; cancelled ones do not count. */
  get pending(): number {
    return this.#pending;
  }

  /** Throws RangeError when `timeNs` is before now or not a safe integer, or when its order is not one; TimeOverflow for a time past the last. */
  schedule(timeNs: number, event: Event): Ticket {
    const order = this.#orderOf(event);
    if (timeNs > LAST_NS) throw new TimeOverflow(`event at ${timeNs} ns: that is past the last time (now ${this.#nowNs} ns)`);
    if (!Number.isSafeInteger(timeNs)) throw this.#misuse(`event at ${timeNs} ns: time is a whole number of nanoseconds`, event);
    if (timeNs < this.#nowNs) throw this.#misuse(`event at ${timeNs} ns: that is in the past`, event);
    if (!Number.isSafeInteger(order)) throw this.#misuse(`event at ${timeNs} ns with order ${order}: the order is a whole number`, event);
    const scheduled: ScheduledEvent<Event> = { timeNs, order, sequence: this.#scheduled++, event, fate: "waiting" };
    this.#queue.push(scheduled);
    this.#pending++;
    if (timeNs < this.nextNs) this.nextNs = timeNs;
    return scheduled;
  }

  /**
   * The event of `ticket` will not be given out; to cancel it again is no mistake.
   * Throws RangeError when it has been taken already: what happened cannot be cancelled. The ticket must be this engine's own.
   */
  cancel(ticket: Ticket): void {
    const scheduled = ticket as ScheduledEvent<Event>;
    if (scheduled.fate === "cancelled") return;
    if (scheduled.fate !== "waiting") throw this.#misuse(`cancelling at ${ticket.timeNs} ns: the event was taken already`, scheduled.event);
    scheduled.fate = "cancelled"; // the heap cannot remove from its middle: it is skipped when it comes up
    this.#pending--;
    if (scheduled.timeNs === this.nextNs) this.#lookAhead();
  }

  /**
   * Takes the next event and moves the clock to its time. Undefined, with the clock where it was, when there is none
   * or when it lies after `horizonNs`; it then stays for a later call.
   */
  next(horizonNs: number = Number.POSITIVE_INFINITY): Event | undefined {
    if (this.nextNs > horizonNs || this.#pending === 0) return undefined;
    const first = this.#queue.pop()!;
    first.fate = "taken";
    this.#pending--;
    this.#nowNs = first.timeNs;
    this.#lookAhead();
    return first.event;
  }

  /** Drops what is cancelled from the front of the queue. */
  #lookAhead(): void {
    let first = this.#queue.peek();
    while (first !== undefined && first.fate === "cancelled") {
      this.#queue.pop();
      first = this.#queue.peek();
    }
    this.nextNs = first === undefined ? Number.POSITIVE_INFINITY : first.timeNs;
  }

  #misuse(what: string, event: Event): RangeError {
    return new RangeError(`${what} (now ${this.#nowNs} ns, event ${written(event)})`);
  }
}

function written(event: unknown): string {
  try {
    return JSON.stringify(event) ?? String(event);
  } catch {
    return String(event); // a cycle, or a bigint
  }
}
