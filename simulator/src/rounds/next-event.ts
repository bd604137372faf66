import type { Ticket } from "@tokenyard/engine";
import type { EventOf, Timeline } from "../event.ts";
import type { OpenRounds } from "./open-rounds.ts";

/** What the rounds of a replica wait for on the timeline: that one ends, or that one enters the first stage. */
export class NextEvent {
  readonly #timeline: Timeline;
  readonly #ends: EventOf<"rounds-ended">;
  readonly #enters: EventOf<"round-entered">;
  #ticket: Ticket | undefined;

  constructor(timeline: Timeline, pool: number, rounds: OpenRounds) {
    this.#timeline = timeline;
    this.#ends = { kind: "rounds-ended", pool, rounds };
    this.#enters = { kind: "round-entered", pool, rounds };
  }

  endsAt(ns: number): void {
    this.#ticket = this.#timeline.schedule(ns, this.#ends);
  }

  entersAt(ns: number): void {
    this.#ticket = this.#timeline.schedule(ns, this.#enters);
  }

  /** It is there: there is nothing to cancel. */
  came(): void {
    this.#ticket = undefined;
  }

  cancel(): void {
    if (this.#ticket !== undefined) this.#timeline.cancel(this.#ticket);
    this.#ticket = undefined;
  }
}
