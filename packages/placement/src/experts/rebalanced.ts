import type { Scenario } from "@tokenyard/scenario";
import { eplb } from "./eplb.ts";
import { type ExpertSlots, expertSlots } from "./expert-placement.ts";
import type { ExpertRanks } from "./expert-ranks.ts";
import { nodesOf } from "./place-experts.ts";
import { maxOverMeanOf, rankLoads } from "./rank-loads.ts";
import { swapped } from "./swapping.ts";

type RebalanceSpec = NonNullable<Scenario["rebalance"]>;

/**
 * Where a layer's experts should lie after `loads` [experts] came while they lay in `slots`; the same object where the algorithm finds nothing that would have
 * made the fullest rank less full. As many slots as before. Source: docs/models/routing.md#rebalancing.
 */
export function rebalanced(
  loads: ArrayLike<number>,
  slots: ExpertSlots,
  { routing }: Scenario,
  spec: RebalanceSpec,
  ranks: ExpertRanks,
): ExpertSlots {
  if (spec.kind === "greedy") return swapped(loads, slots, spec.swaps);
  const groups = routing.placement !== undefined && "groups" in routing.placement ? (routing.placement.groups ?? 1) : 1;
  const nodes = groups > 1 ? nodesOf(ranks) : 1;
  const after = expertSlots(slots.experts, eplb(loads, { slots: slots.expertIn.length, ranks: ranks.expert, groups, nodes }));
  return maxOverMeanOf(rankLoads(loads, after)) < maxOverMeanOf(rankLoads(loads, slots)) ? after : slots;
}
