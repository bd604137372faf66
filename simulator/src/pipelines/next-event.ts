import type { Ticket } from "@tokenyard/engine";
import type { Timeline } from "../timeline/timeline.ts";

/** The schedule of a replica, as its events see it. */
export interface OpenSchedule {
  /** Passes that were accounted for since an event of this replica was handled. */
  readonly passes: number;
  /** Passes that are over end now. */
  end(nowNs: number): void;
  /** A pass enters the first stage now that could not be timed ahead. */
  enter(nowNs: number): void;
}

/** Events of `schedule`, of a replica of pool number `pool`. */
export interface ScheduleEvent {
  /** A pass has ended without a foreseen pass behind it, or one that is timed by itself reaches stage 0. */
  readonly kind: "schedule-ended" | "schedule-entered";
  readonly pool: number;
  readonly schedule: OpenSchedule;
}

/** Event that the schedule of a replica waits for on the timeline: one ends, or one enters the first stage. */
export class NextEvent {
  readonly #timeline: Timeline<ScheduleEvent>;
  readonly #ends: ScheduleEvent;
  readonly #enters: ScheduleEvent;
  #ticket: Ticket | undefined;

  constructor(timeline: Timeline<ScheduleEvent>, pool: number, schedule: OpenSchedule) {
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
