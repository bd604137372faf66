import type { Ticket } from "@tokenyard/engine";
import type { EventOf, Timeline } from "../event.ts";
import type { OpenSchedule } from "./open-schedule.ts";

/** Event that the schedule of a replica waits for on the timeline: one ends, or one enters the first stage. */
export class NextEvent {
  readonly #timeline: Timeline;
  readonly #ends: EventOf<"schedule-ended">;
  readonly #enters: EventOf<"schedule-entered">;
  #ticket: Ticket | undefined;

  constructor(timeline: Timeline, pool: number, schedule: OpenSchedule) {
    this.#timeline = timeline;
    this.#ends = { kind: "schedule-ended", pool, schedule };
    this.#enters = { kind: "schedule-entered", pool, schedule };
  }

  endsAt(ns: number): void {
    this.#ticket = this.#timeline.schedule(ns, this.#ends);
  }

  entersAt(ns: number): void {
    this.#ticket = this.#timeline.schedule(ns, this.#enters);
  }

  /** Clears the event that occurred; there is nothing to cancel. */
  came(): void {
    this.#ticket = undefined;
  }

  cancel(): void {
    if (this.#ticket !== undefined) this.#timeline.cancel(this.#ticket);
    this.#ticket = undefined;
  }
}
