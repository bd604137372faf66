/** What the ranks did, summed: operations on the matrix units, bytes of memory, bytes that left a rank by tier; and what of its time was measured. */
export interface WorkTally {
  flops: number;
  memoryBytes: number;
  nodeBytes: number;
  fabricBytes: number;
  /** Of kernels, inside the grid of measured tables. */
  insideSeconds: number;
  /** The same of traffic. */
  tabledSeconds: number;
}

export function createWorkTally(): WorkTally {
  return cleared({ flops: -0, memoryBytes: -0, nodeBytes: -0, fabricBytes: -0, insideSeconds: -0, tabledSeconds: -0 });
}

/**
 * A new tally, or what has the numbers of one, made with −0 in each: that is no small integer, as what will stand there. Where a field outgrows
 * small integers later, V8 compiles anew what works with it.
 */
export function cleared<Tally extends WorkTally>(tally: Tally): Tally {
  clearWorkTally(tally);
  return tally;
}

export function clearWorkTally(tally: WorkTally): void {
  tally.flops = 0;
  tally.memoryBytes = 0;
  tally.nodeBytes = 0;
  tally.fabricBytes = 0;
  tally.insideSeconds = 0;
  tally.tabledSeconds = 0;
}

/** Adds `times` what `work` tells. */
export function addTimes(tally: WorkTally, work: Readonly<WorkTally>, times: number): void {
  tally.flops += work.flops * times;
  tally.memoryBytes += work.memoryBytes * times;
  tally.nodeBytes += work.nodeBytes * times;
  tally.fabricBytes += work.fabricBytes * times;
  tally.insideSeconds += work.insideSeconds * times;
  tally.tabledSeconds += work.tabledSeconds * times;
}
