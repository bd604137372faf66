import type { ScheduledBatch } from "./scheduled-batch.ts";

/** The micro-batches of a replica on their way through its pipeline, and their order. */
export class ScheduledBatches {
  /** Batches by number. */
  readonly all: readonly ScheduledBatch[];

  constructor(all: readonly ScheduledBatch[]) {
    this.all = all;
  }

  /** Among batches with passes that ended before `nowNs`, the one that was formed again first. */
  nextToReport(nowNs: number): ScheduledBatch | undefined {
    let first: ScheduledBatch | undefined;
    let firstNs = nowNs;
    for (let m = 0; m < this.all.length; m++) {
      const batch = this.all[m]!;
      if (!batch.isUnderWay) continue;
      const count = batch.endedBefore(nowNs);
      if (count === 0 || batch.endsNs[count - 1]! >= firstNs) continue;
      first = batch;
      firstNs = batch.endsNs[count - 1]!;
    }
    return first;
  }

  /** Among batches with passes to time, the one that enters the first stage first; of equals the one that was formed first. */
  nextToEnter(): ScheduledBatch | undefined {
    let next: ScheduledBatch | undefined;
    for (let m = 0; m < this.all.length; m++) {
      const batch = this.all[m]!;
      if (!batch.isUnderWay || batch.timed >= batch.until) continue;
      if (next === undefined || batch.nextNs < next.nextNs || (batch.nextNs === next.nextNs && isFormedBefore(batch, next))) next = batch;
    }
    return next;
  }

  /** When the first of them is over, of those all of whose passes are timed; else Infinity. */
  overNs(): number {
    let overNs = Number.POSITIVE_INFINITY;
    for (let m = 0; m < this.all.length; m++) {
      const batch = this.all[m]!;
      if (batch.isUnderWay && batch.overNs < overNs) overNs = batch.overNs;
    }
    return overNs;
  }
}

function isFormedBefore(a: ScheduledBatch, b: ScheduledBatch): boolean {
  return a.formedNs === b.formedNs ? a.order < b.order : a.formedNs < b.formedNs;
}
