import type { Bins, Deal } from "../batches/deal.ts";

/** Deals round-robin by number: sequence i to replica i mod R, there to micro-batch ⌊i/R⌋ mod m, there to data group ⌊⌊i/R⌋/m⌋ mod G. */
export function dealInOrder(sequences: number, bins: Bins): Deal {
  const replica = new Int32Array(sequences);
  const microBatch = new Int32Array(sequences);
  const dataGroup = new Int32Array(sequences);
  for (let i = 0; i < sequences; i++) {
    const inReplica = Math.floor(i / bins.replicas);
    const inMicroBatch = Math.floor(inReplica / bins.microBatches);
    replica[i] = i % bins.replicas;
    microBatch[i] = inReplica % bins.microBatches;
    dataGroup[i] = inMicroBatch % bins.dataGroups;
  }
  return { replica, microBatch, dataGroup };
}
