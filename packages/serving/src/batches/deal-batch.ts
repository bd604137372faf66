import { dealInOrder } from "../deals/in-order.ts";
import { dealLongestFirst } from "../deals/longest-first.ts";
import { dealSorted } from "../deals/sorted.ts";
import type { Bins, Deal, DealKind } from "./deal.ts";

/** Deals sequences of these attention `costs` to `bins`; numbers of sequences differ by at most 1 at each level. */
export function dealBatch(kind: DealKind, costs: Float64Array, bins: Bins): Deal {
  switch (kind) {
    case "in-order":
      return dealInOrder(costs.length, bins);
    case "longest-first":
      return dealLongestFirst(costs, bins);
    case "sorted":
      return dealSorted(costs, bins);
  }
}
