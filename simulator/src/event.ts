import { Engine } from "@tokenyard/engine";
import type { FaultEvent } from "./faults/outages/outage.ts";
import type { RunEnded } from "./passes/pass-run.ts";
import type { PoolEvent, TransferEnded } from "./pools/pool-event.ts";
import type { AttemptEvent } from "./retries/attempts.ts";

/**
 * Events of a run, each defined by who schedules it. At one instant strikes come first, and ends before their consequences. Arrivals of requests are a sorted
 * stream beside these, and come last. `pool` is the number of the pool: among equals the first pool's comes first, then the event that was
 * scheduled first.
 */
export type Event = FaultEvent | RunEnded | PoolEvent | TransferEnded | AttemptEvent;

const ORDER: Readonly<Record<Event["kind"], number>> = {
  "fault-ended": 0,
  "fault-started": 1,
  "op-finished": 2,
  "run-ended": 2,
  "schedule-ended": 2,
  "stage-freed": 2,
  "load-ended": 2,
  cut: 3,
  "fault-detected": 4,
  "collective-settled": 5,
  rejoined: 6,
  recovered: 7,
  "pass-entered": 8,
  "schedule-entered": 8,
  "transfer-ended": 9,
  "attempt-due": 10,
  "attempt-late": 10,
};
const MOST_POOLS = 2;

/** Future events of a run, in all of its pools and between them. */
export class RunTimeline extends Engine<Event> {
  constructor() {
    super(orderOf);
  }
}

function orderOf(event: Event): number {
  return ORDER[event.kind] * MOST_POOLS + event.pool;
}
