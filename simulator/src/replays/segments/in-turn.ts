import { layerKinds } from "@tokenyard/model";
import type { Plan } from "@tokenyard/placement";
import type { Op, Program } from "@tokenyard/program";
import type { ModelSpec } from "@tokenyard/scenario";
import type { PoolSetup } from "../../setup/setup.ts";

/** Whether all layers with experts send them the same tokens, and cost alike: a gate that draws nothing, none over capacity, experts that lie alike and stay. */
export function areLayersAlike({ scenario, plan, router, overflow }: PoolSetup): boolean {
  if (router === undefined) return true;
  const drops = scenario.routing.capacityFactor !== undefined && overflow.limits !== false;
  return (
    router.draws === false &&
    !drops &&
    scenario.rebalance === undefined &&
    scenario.expertCache === undefined &&
    isPlacedAlike(scenario.model, plan)
  );
}

/** Whether a pass that goes back in its streams draws what it drew before: nothing else remembers that it did. */
export function drawsAgain({ scenario, router }: PoolSetup): boolean {
  const { rebalance, expertCache, routing } = scenario;
  return router?.begin === undefined && rebalance === undefined && expertCache === undefined && routing.capacityControl === undefined;
}

/** Whether the experts of every layer lie alike. */
function isPlacedAlike(model: ModelSpec, { expertPlacement }: Plan): boolean {
  if (expertPlacement === undefined) return true;
  const withExperts = layerKinds(model).flatMap((kind, layer) => (kind === "moe" ? [layer] : []));
  return withExperts.every((layer) => expertPlacement.slots(layer) === expertPlacement.slots(withExperts[0]!));
}

/**
 * Whether each op comes after the one before it, but for shared experts, which may run beside the way of copies to the routed ones, and are waited for
 * by what comes after these.
 */
export function isInTurn({ ops }: Program): boolean {
  let before = -1;
  return ops.every((each, at) => {
    if (isBeside(each, before)) return ops[each.after[0]!]!.work === "gate";
    const isNext = before < 0 ? each.after.length === 0 : each.after.every((of) => of === before || isBeside(ops[of]!, of - 1));
    const follows = isNext && (before < 0 || each.after.includes(before));
    before = at;
    return follows;
  });
}

/** Whether an op runs beside others: it takes the results of one earlier than place `before`. */
export function isBeside({ work, after }: Op, before: number): boolean {
  return work === "shared" && after.length === 1 && after[0]! < before;
}
