import type { MicroBatch } from "./micro-batch.ts";

/** Times programs as a whole. */
export interface ProgramReplay {
  /**
   * Times all of the program of `microBatch`, admitted now, that stands before its send, and tells the recorder and the lanes of it; its critical path goes to
   * `spentOnStageNs`. Returns when it ends; undefined, and nothing is told, where it has to run op by op.
   */
  run(microBatch: MicroBatch, nowNs: number): number | undefined;

  /** No more programs: recorder, tally and routing log are told what was kept back. */
  close(): void;
}
