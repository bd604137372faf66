import type { Ticket } from "@tokenyard/engine";

/** Future events of a run, as a part of it sees them that schedules events of its own. */
export interface Timeline<Event> {
  schedule(timeNs: number, event: Event): Ticket;
  cancel(ticket: Ticket): void;
}

/** When the next request comes, as far as is known. */
export interface NextArrival {
  readonly nextNs: number;
}
