import { coverageOf, type Fleet } from "@tokenyard/resilience";
import { counted, grouped } from "@tokenyard/scenario";
import { EMPTY } from "../claims/configuration.ts";
import type { Judgement } from "./judgement.ts";

/** Judges whether any single GPU, or node, may be lost: each expert keeps a slot in its replica, and a data group is left to serve. */
export function survives({ plan, withExperts }: Fleet, loss: "gpu" | "node"): Judgement {
  const noun = loss === "gpu" ? "GPU" : "node";
  const groups = plan.dataGroups * plan.replicas;
  if (groups === 1) return { verdict: "fails", because: `All ${grouped(plan.ranks)} GPUs are one data group: the loss of any stops all.` };
  const covered = coverageOf(plan, withExperts)?.[loss === "gpu" ? "ranks" : "nodes"];
  if (covered === undefined) return { verdict: "holds", because: `${EMPTY}there are no experts to lose, and ${groups} data groups.` };
  const { all, covered: some, mostMissing } = covered;
  if (some === all)
    return { verdict: "holds", because: `The loss of any of ${grouped(all)} ${noun}s leaves every expert with a slot elsewhere.` };
  return {
    verdict: "fails",
    because: `Of ${counted(all, noun)} only the loss of ${grouped(some)} leaves every expert with a slot elsewhere; others take up to ${counted(mostMissing, "pair")} of layer and expert with them.`,
  };
}

/** Each layer has as many slots beyond one for each expert. */
export function spareExperts({ plan, withExperts }: Fleet, perLayer: number): Judgement {
  const { expertPlacement } = plan;
  if (expertPlacement === undefined) return { verdict: "fails", because: "There are no experts." };
  const spare = withExperts.flatMap((has, layer) => {
    const { offsets, experts } = expertPlacement.slots(layer);
    return has ? [offsets.at(-1)! - experts] : [];
  });
  const least = Math.min(...spare);
  if (least < perLayer)
    return { verdict: "fails", because: `A layer has ${least === 0 ? "no slot" : counted(least, "slot")} beyond one for each expert.` };
  const { ranks } = coverageOf(plan, withExperts)!;
  const covers =
    ranks.covered === 0
      ? "which as empty slots cover no loss before experts have been loaded into them, and as copies none"
      : `which cover the loss of ${grouped(ranks.covered)} of ${grouped(ranks.all)} GPUs`;
  return { verdict: "holds", because: `A layer has ${counted(least, "slot")} beyond one for each expert, ${covers}.` };
}
