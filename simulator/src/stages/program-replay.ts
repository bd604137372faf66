import type { SoFar } from "../metrics/so-far.ts";
import type { MicroBatch } from "../micro-batches/micro-batch.ts";

/** Times programs as a whole. */
export interface ProgramReplay {
  /** When the send has ended of the program that was timed last; undefined where it has none, or that is left to the stage. */
  readonly sentNs: number | undefined;

  /**
   * Times all of the program of `microBatch`, admitted now, that stands before its send, perhaps with the send, and tells the recorder and the lanes of it; its
   * critical path goes to `spentOnStageNs`. Returns when it ends; undefined, and nothing is told, where it has to run op by op, or the send
   * would not end before the stage is broken off at `cutNs`.
   */
  run(microBatch: MicroBatch, nowNs: number, cutNs: number): number | undefined;

  /** Adds what is not told yet. */
  addTo(soFar: SoFar): void;

  /** No more programs: recorder, tally and routing log are told what was kept back. */
  close(): void;
}
