import { layerKinds } from "@tokenyard/model";
import type { Plan } from "@tokenyard/placement";
import type { ModelSpec } from "@tokenyard/scenario";
import type { PoolSetup } from "../setup/setup.ts";

/** Whether each replica is one stage whose layers cost alike, one micro-batch at a time: dense, or with a gate that draws nothing. */
export function areLayersAlike({ scenario, plan, router, overflow, network }: PoolSetup): boolean {
  const draws =
    router !== undefined && (router.draws !== false || (scenario.routing.capacityFactor !== undefined && overflow.limits !== false));
  return (
    plan.stages === 1 && isPlacedAlike(scenario.model, plan) && scenario.serving.overlap === "none" && !draws && network.contends !== true
  );
}

/** Whether the experts of every layer lie alike. */
function isPlacedAlike(model: ModelSpec, { expertPlacement }: Plan): boolean {
  if (expertPlacement === undefined) return true;
  const withExperts = layerKinds(model).flatMap((kind, layer) => (kind === "moe" ? [layer] : []));
  return withExperts.every((layer) => expertPlacement.slots(layer) === expertPlacement.slots(withExperts[0]!));
}
