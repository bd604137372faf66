import type { WorkTotals } from "../counts/work-totals.ts";
import type { MicroBatch } from "../micro-batches/micro-batch.ts";

/** Times visits of micro-batches to a stage as a whole: reports them to the recorder and the lanes, and their critical path to `spentOnStageNs`. */
export interface Visits {
  /** When all before the send has ended of the visit that was timed last, and all; Infinity: it is broken off before. */
  readonly crossedNs: number;
  readonly leavesNs: number;

  /** Times that of `microBatch`, admitted now, which nothing befalls before `quietNs`, and which is broken off at `cutNs`. `isLocal`: no token leaves its rank. */
  run(
    microBatch: MicroBatch,
    nowNs: number,
    conditions: { readonly quietNs: number; readonly cutNs: number; readonly isLocal: boolean },
  ): void;

  /** Runs a visit if it leaves before `untilNs` and its layers draw nothing; else returns false and records nothing. */
  runBefore(microBatch: MicroBatch, nowNs: number, untilNs: number): boolean;

  /** Adds what is not recorded yet. */
  addTo(totals: WorkTotals): void;

  /** No more visits: what was kept back is recorded. */
  close(): void;
}
