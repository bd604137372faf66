import { Engine } from "@tokenyard/engine";
import type { MicroBatch } from "./micro-batches/micro-batch.ts";
import type { PassRun } from "./passes/pass-run.ts";
import type { OpenSchedule } from "./pipelines/open-schedule.ts";
import type { Stage } from "./stages/stage.ts";

/**
 * Events of a run, in their order at one instant: strikes first, and ends before their consequences. Arrivals of requests are a sorted
 * stream beside these, and come last. `pool` is the number of the pool: among equals the first pool's comes first, then the event that was
 * scheduled first.
 */
export type Event =
  /** Strike number `strike` of fault number `fault` ends. */
  | { readonly kind: "fault-ended"; readonly pool: number; readonly fault: number; readonly strike: number }
  /** Fault number `fault` strikes for the time number `strike`. */
  | { readonly kind: "fault-started"; readonly pool: number; readonly fault: number; readonly strike: number }
  /** Outage number `outage` is known. */
  | { readonly kind: "fault-detected"; readonly pool: number; readonly outage: number }
  /** A collective that met outage number `outage`, of links, goes on or fails for the last time. */
  | { readonly kind: "collective-settled"; readonly pool: number; readonly outage: number }
  /** GPUs that `replica` went on without take part again. */
  | { readonly kind: "rejoined"; readonly pool: number; readonly replica: number }
  /** `replica` serves again. */
  | { readonly kind: "recovered"; readonly pool: number; readonly replica: number }
  /** Op number `op` of `microBatch` has ended on all ranks of `stage`. */
  | { readonly kind: "op-finished"; readonly pool: number; readonly stage: Stage; readonly microBatch: MicroBatch; readonly op: number }
  /** The passes of `run` have ended. */
  | { readonly kind: "run-ended"; readonly pool: number; readonly run: PassRun }
  /** A pass of `schedule` has ended without a foreseen pass behind it. */
  | { readonly kind: "schedule-ended"; readonly pool: number; readonly schedule: OpenSchedule }
  /** A pass of `schedule` that is timed by itself reaches stage 0 of its replica. */
  | { readonly kind: "schedule-entered"; readonly pool: number; readonly schedule: OpenSchedule }
  /** Blocks that a sequence of `replica` waits for have been loaded from the host. */
  | { readonly kind: "load-ended"; readonly pool: number; readonly replica: number }
  /** Work of `replica` is interrupted; ops that end now have ended. */
  | { readonly kind: "cut"; readonly pool: number; readonly replica: number }
  /** A pass of `microBatch` reaches stage number `position` of its replica from elsewhere: the first, or one from which on events report it. */
  | { readonly kind: "pass-entered"; readonly pool: number; readonly microBatch: MicroBatch; readonly position: number }
  /** A visit to `stage` without events of its own has ended all ops before its send. */
  | { readonly kind: "stage-freed"; readonly pool: number; readonly stage: Stage }
  /** The cache of the request in `slot` has moved to the pool that decodes; `ns` of it after the first token. */
  | { readonly kind: "transfer-ended"; readonly pool: number; readonly slot: number; readonly ns: number }
  /** The request in `slot` is tried again. */
  | { readonly kind: "attempt-due"; readonly pool: 0; readonly slot: number }
  /** The attempt of the request in `slot` times out for its client. */
  | { readonly kind: "attempt-late"; readonly pool: 0; readonly slot: number };

/** Events of one kind. */
export type EventOf<Kind extends Event["kind"]> = Extract<Event, { readonly kind: Kind }>;

/** Events of requests that are tried again. */
export type AttemptEvent = EventOf<"attempt-due" | "attempt-late">;

/** Events of faults. */
export type FaultEvent = EventOf<"fault-started" | "fault-ended" | "fault-detected" | "collective-settled" | "rejoined" | "recovered">;

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
export class Timeline extends Engine<Event> {
  constructor() {
    super(orderOf);
  }
}

function orderOf(event: Event): number {
  return ORDER[event.kind] * MOST_POOLS + event.pool;
}
