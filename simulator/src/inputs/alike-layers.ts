import { layerKinds } from "@tokenyard/model";
import type { Plan } from "@tokenyard/placement";
import type { ModelSpec } from "@tokenyard/scenario";
import type { PoolSetup } from "./setup.ts";

/**
 * Whether all layers with experts receive the same tokens at equal cost: a gate that draws nothing, none over capacity, equal and constant
 * placements.
 */
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

/** Whether the experts of every layer have equal placements. */
function isPlacedAlike(model: ModelSpec, { expertPlacement }: Plan): boolean {
  if (expertPlacement === undefined) return true;
  const withExperts = layerKinds(model).flatMap((kind, layer) => (kind === "moe" ? [layer] : []));
  return withExperts.every((layer) => expertPlacement.slots(layer) === expertPlacement.slots(withExperts[0]!));
}
