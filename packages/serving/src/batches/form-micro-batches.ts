import type { ServingContext } from "../scheduler.ts";
import type { Caches } from "./cached-tokens.ts";
import type { Bins, Deal } from "./deal.ts";
import { MicroBatch } from "./micro-batch.ts";

/** The micro-batches of a deal that hold a sequence, in order of (replica, micro-batch). */
export function formMicroBatches(context: ServingContext, deal: Deal, bins: Bins, caches: Caches): MicroBatch[] {
  const { requests } = context;
  const most = Math.min(bins.microBatches, Math.ceil(requests.count / bins.replicas)); // numbers from here on hold nothing
  const ends = new Int32Array(Math.min(bins.replicas, requests.count) * most);
  const rowOf = (request: number) => deal.replica[request]! * most + deal.microBatch[request]!;
  for (let request = 0; request < requests.count; request++) ends[rowOf(request)]!++;
  for (let row = 1; row < ends.length; row++) ends[row]! += ends[row - 1]!;
  const members = new Int32Array(requests.count);
  for (let request = requests.count - 1; request >= 0; request--) members[--ends[rowOf(request)]!] = request;
  const starts = ends; // each end has walked back to its row's start

  const microBatches: MicroBatch[] = [];
  for (let row = 0; row < starts.length; row++) {
    const own = members.subarray(starts[row], starts[row + 1] ?? members.length);
    if (own.length === 0) continue;
    microBatches.push(new MicroBatch(Math.floor(row / most), row % most, own, deal.dataGroup, context, caches));
  }
  return microBatches;
}
