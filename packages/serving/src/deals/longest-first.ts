import type { Bins, Deal } from "../batches/deal.ts";
import { LeastLoaded } from "./least-loaded.ts";

/**
 * Deals the costliest sequence next to the least loaded bin, level by level: replicas, the micro-batches of each, the data groups of each.
 * A bin is eligible as long as the final numbers of sequences can still differ by at most 1. Equal costs are ordered by sequence, equal
 * loads by bin. On each level the loads of two bins then differ by at most the costliest sequence. Source: Graham's longest-processing-time
 * rule (SIAM J. Appl. Math. 17, 1969), with bounded numbers.
 */
export function dealLongestFirst(costs: Float64Array, bins: Bins): Deal {
  const replica = new Int32Array(costs.length);
  const microBatch = new Int32Array(costs.length);
  const dataGroup = new Int32Array(costs.length);
  for (const ofReplica of spread(byFallingCost(costs), costs, bins.replicas, replica)) {
    for (const ofMicroBatch of spread(ofReplica, costs, bins.microBatches, microBatch)) {
      assign(ofMicroBatch, costs, bins.dataGroups, dataGroup);
    }
  }
  return { replica, microBatch, dataGroup };
}

function byFallingCost(costs: Float64Array): Int32Array {
  const sequences = new Int32Array(costs.length);
  for (let i = 0; i < sequences.length; i++) sequences[i] = i;
  return sequences.sort((a, b) => costs[b]! - costs[a]! || a - b);
}

/** Assigns `sequences` to bins and gives the members of each bin that got one, in the order in which they came. */
function spread(sequences: Int32Array, costs: Float64Array, bins: number, binOf: Int32Array): Int32Array[] {
  assign(sequences, costs, bins, binOf);
  if (bins === 1 && sequences.length > 0) return [sequences];
  if (sequences.length <= bins) return Array.from(sequences, (_, i) => sequences.subarray(i, i + 1)); // one each
  const ends = new Int32Array(bins);
  for (const sequence of sequences) ends[binOf[sequence]!]!++;
  for (let bin = 1; bin < bins; bin++) ends[bin]! += ends[bin - 1]!;
  const members = new Int32Array(sequences.length);
  for (let i = sequences.length - 1; i >= 0; i--) members[--ends[binOf[sequences[i]!]!]!] = sequences[i]!;
  const starts = ends; // each end has walked back to its bin's start
  return Array.from(starts, (start, bin) => members.subarray(start, starts[bin + 1] ?? members.length));
}

/**
 * Writes the bin of each of `sequences` (by falling cost) into `binOf`. Of n sequences over B bins each bin gets ⌊n/B⌋, and the first
 * n mod B bins to ask get one more. With more bins than sequences the first n bins get one each.
 */
export function assign(sequences: Int32Array, costs: Float64Array, bins: number, binOf: Int32Array): void {
  if (sequences.length <= bins || bins === 1) {
    for (let i = 0; i < sequences.length; i++) binOf[sequences[i]!] = bins === 1 ? 0 : i; // each bin is least loaded until it has one
    return;
  }
  const open = new LeastLoaded(bins);
  const share = Math.floor(sequences.length / open.size);
  let extras = sequences.length % open.size;
  const counts = new Int32Array(open.size);
  for (const sequence of sequences) {
    while (counts[open.least]! > share || (counts[open.least] === share && extras === 0)) open.close();
    const bin = open.least;
    if (counts[bin] === share) extras--;
    counts[bin]!++;
    binOf[sequence] = bin;
    open.add(costs[sequence]!);
  }
}
