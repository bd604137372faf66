import type { DatedFaultSpec } from "@tokenyard/scenario";
import { stageOf } from "../losses.ts";
import { placeOf } from "../machines.ts";
import type { FaultKind } from "./fault-kind.ts";

/** The first slot of an expert is lost, and the ranks that share it go on. */
export const expertLost: FaultKind<Extract<DatedFaultSpec, { kind: "expert-lost" }>> = {
  symptom: { isGone: false, withNode: false, raisesError: true },
  breaks: "expert",
  overYears: { cause: "expert" },
  struck({ layer, expert, replica = 0 }, plans) {
    const { plan, own, firstRank } = placeOf(plans, replica, ({ replicas }) => replicas);
    const { stages, ranksPerStage, tensor, expertPlacement } = plan;
    const { firstOf, slotsOf, offsets } = expertPlacement!.slots(layer);
    const slot = slotsOf[firstOf[expert]!]!;
    const e = offsets.findIndex((offset) => offset > slot) - 1;
    const first = firstRank + (own * stages + stageOf(plan, layer)) * ranksPerStage + e * tensor;
    return { ranks: Array.from({ length: tensor }, (_, i) => first + i), slot: { layer, slot } };
  },
};
