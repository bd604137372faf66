import type { Ticket } from "@tokenyard/engine";
import type { MicroBatch } from "../micro-batches/micro-batch.ts";

/** What a stage reports to the world: an op will have ended at an instant, and a micro-batch has left. */
export interface World<Stage> {
  finishAt(timeNs: number, stage: Stage, microBatch: MicroBatch, op: number): Ticket;
  /** Cancels an event. */
  cancel(ticket: Ticket): void;
  /** When `stage` is broken off next, as far as is known. */
  cutNs(stage: Stage): number;
  left(stage: Stage, microBatch: MicroBatch, nowNs: number): void;
  /** At `timeNs` `stage`, where a micro-batch waits, has ended what it is held for. */
  freeAt(timeNs: number, stage: Stage): void;
}
