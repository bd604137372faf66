import type { WorkTotals } from "../counts/work-totals.ts";
import type { MicroBatch } from "../micro-batches/micro-batch.ts";

/** Times visits of micro-batches to a stage as a whole: reports them to the recorder and the lanes, and their critical path to `spentOnStageNs`. */
export interface Visits {
  /** When the ops before the send of the visit that was timed last have ended, and when all have; Infinity: it is aborted before. */
  readonly crossedNs: number;
  readonly leavesNs: number;

  /** Times the visit of `microBatch`, admitted now. No fault changes it before `quietNs`; it is aborted at `cutNs`. `isLocal`: no token leaves its rank. */
  run(
    microBatch: MicroBatch,
    nowNs: number,
    conditions: { readonly quietNs: number; readonly cutNs: number; readonly isLocal: boolean },
  ): void;

  /** Runs a visit if it leaves before `untilNs` and its layers draw nothing; else returns false and records nothing. */
  runBefore(microBatch: MicroBatch, nowNs: number, untilNs: number): boolean;

  /** Adds the work of visits that are not recorded yet. */
  addTo(totals: WorkTotals): void;

  /** Records all visits that are not recorded yet. To be called after the last one. */
  close(): void;
}
