import type { Pass } from "@tokenyard/model";
import type { SchedulerObserver } from "@tokenyard/serving";
import type { PoolSetup } from "../inputs/setup.ts";
import type { MicroBatch } from "../micro-batches/micro-batch.ts";
import type { NextArrival } from "../timeline/timeline.ts";

/** The pool whose passes these are. */
export interface ScheduleOwner {
  readonly setup: PoolSetup;
  readonly number: number;
  readonly observer: SchedulerObserver;
  /**
   * Time until which no event is known for `replica` that changes the length of passes: an interruption, a change of speed, or links going
   * down or up.
   */
  quietNs(replica: number, nowNs: number): number;
  /** `count` passes, `pass` and those foreseen after it, have ended at `endsNs`, and its scheduler knows, which opened `openedBy`; undefined: not yet. */
  passesEnded(pass: Pass, endsNs: Float64Array, count: number, openedBy?: Float64Array): void;
  /** The last of those ends now. */
  scheduleOver(microBatch: MicroBatch, nowNs: number): void;
}

/** Events that steps may have to wait for. */
export interface Awaited {
  /** Arrival of the next request. */
  readonly comes: NextArrival;
  /** Whether the request reaches the replica at that instant, and is not refused or delayed before. */
  readonly isHeardAtOnce: boolean;
}
