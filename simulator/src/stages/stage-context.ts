import type { Ticket } from "@tokenyard/engine";
import type { Gate } from "../experts/gate.ts";
import type { Recorder } from "../logs/recorder.ts";
import type { MicroBatch } from "../micro-batches/micro-batch.ts";
import type { Costs } from "./costs-by-part.ts";

/** Parts that time and record the ops of a stage. */
export interface StageParts {
  readonly costs: Costs;
  /** Gate of programs that have one. */
  readonly gate?: Gate | undefined;
  readonly recorder: Recorder;
}

/** View of the pool that a stage has. The stage reports when an op will end, and that a micro-batch has left. */
export interface StageContext<Stage> extends StageParts {
  finishAt(timeNs: number, stage: Stage, microBatch: MicroBatch, op: number): Ticket;
  /** Cancels an event. */
  cancel(ticket: Ticket): void;
  /** When `stage` is broken off next, as far as is known. */
  cutNs(stage: Stage): number;
  left(stage: Stage, microBatch: MicroBatch, nowNs: number): void;
  /** At `timeNs` `stage`, where a micro-batch waits, has ended what it is held for. */
  freeAt(timeNs: number, stage: Stage): void;
}
