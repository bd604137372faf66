import type { Scenario } from "@tokenyard/scenario";
import { eplb, eplbInto } from "./eplb.ts";
import { type ExpertSlots, expertSlots } from "./expert-placement.ts";
import type { ExpertRanks } from "./expert-ranks.ts";
import { nodesOf } from "./place-experts.ts";
import { maxOverMeanOf, rankLoads } from "./rank-loads.ts";
import { swapped } from "./swapping.ts";

type RebalanceSpec = NonNullable<Scenario["rebalance"]>;

/**
 * New placement of a layer's experts after `loads` [experts] arrived with the placement `slots`; the same object if the algorithm finds
 * nothing that lowers the load of the fullest rank. Keeps the number of slots; `whole`: that of a layer that has lost none. Source: docs/models/routing.md#rebalancing.
 */
export function rebalanced(
  loads: ArrayLike<number>,
  slots: ExpertSlots,
  { routing }: Scenario,
  spec: RebalanceSpec,
  ranks: ExpertRanks,
  whole = slots.expertIn.length,
): ExpertSlots {
  if (spec.kind === "greedy") return swapped(loads, slots, spec.swaps);
  if (slots.missing.length > 0 || slots.filled.includes(0) || slots.expertIn.length < whole) return rebalancedLeft(loads, slots);
  const groups = routing.placement !== undefined && "groups" in routing.placement ? (routing.placement.groups ?? 1) : 1;
  const nodes = groups > 1 ? nodesOf(ranks) : 1;
  const after = expertSlots(slots.experts, eplb(loads, { slots: slots.expertIn.length, ranks: ranks.expert, groups, nodes }));
  return maxOverMeanOf(rankLoads(loads, after)) < maxOverMeanOf(rankLoads(loads, slots)) ? after : slots;
}

/** EPLB's placement, of one node, of the experts that have a slot in the slots that are left of each rank. */
function rebalancedLeft(loads: ArrayLike<number>, slots: ExpertSlots): ExpertSlots {
  const { experts, firstOf, offsets } = slots;
  const left = Array.from({ length: experts }, (_, x) => x).filter((x) => firstOf[x + 1]! > firstOf[x]!);
  const room = Array.from({ length: offsets.length - 1 }, (_, e) => offsets[e + 1]! - offsets[e]!);
  const after = expertSlots(experts, eplbInto(loads, left, room), true);
  return maxOverMeanOf(rankLoads(loads, after)) < maxOverMeanOf(rankLoads(loads, slots)) ? after : slots;
}
