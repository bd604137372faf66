import type { Bins, Deal } from "../batches/deal.ts";
import { assign } from "./longest-first.ts";

/**
 * Deals like to like: of the sequences by rising cost, the i-th goes to replica i mod R; the micro-batches of a replica take neighbours, the
 * cheapest first, and of n sequences over m of them the first n mod m take one more. In a micro-batch the costliest goes next to the
 * least loaded data group. Equal costs go in order of sequence. Micro-batches start in order, so short prompts wait for no long one.
 */
export function dealSorted(costs: Float64Array, { replicas, microBatches, dataGroups }: Bins): Deal {
  const replica = new Int32Array(costs.length);
  const microBatch = new Int32Array(costs.length);
  const dataGroup = new Int32Array(costs.length);
  const rising = Int32Array.from(costs, (_, sequence) => sequence).sort((a, b) => costs[a]! - costs[b]! || a - b);
  for (let r = 0; r < replicas; r++) {
    const own = rising.filter((_, place) => place % replicas === r);
    const share = Math.floor(own.length / microBatches);
    const larger = own.length % microBatches;
    const used = Math.min(microBatches, own.length);
    for (let m = 0, from = 0; m < used; m++) {
      const members = own.subarray(from, from + share + (m < larger ? 1 : 0));
      for (const sequence of members) {
        replica[sequence] = r;
        microBatch[sequence] = m;
      }
      assign(members.toReversed(), costs, dataGroups, dataGroup);
      from += members.length;
    }
  }
  return { replica, microBatch, dataGroup };
}
