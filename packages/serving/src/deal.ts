import type { ServingSpec } from "@tokenyard/scenario";
import { dealInOrder } from "./deals/in-order.ts";
import { dealLongestFirst } from "./deals/longest-first.ts";

/** Where each sequence of a batch goes, in columns [sequences]. A sequence is never split. */
export interface Deal {
  readonly replica: Int32Array;
  readonly microBatch: Int32Array;
  readonly dataGroup: Int32Array;
}

/** The bins of a batch: `microBatches` in each of `replicas`, and `dataGroups` in each micro-batch. */
export interface Bins {
  readonly replicas: number;
  readonly microBatches: number;
  readonly dataGroups: number;
}

export type DealKind = ServingSpec["scheduler"]["deal"];

/** Deals sequences of these attention `costs` to `bins`; numbers of sequences differ by at most 1 at each level. */
export function dealBatch(kind: DealKind, costs: Float64Array, bins: Bins): Deal {
  switch (kind) {
    case "in-order":
      return dealInOrder(costs.length, bins);
    case "longest-first":
      return dealLongestFirst(costs, bins);
  }
}
