import { layerKinds } from "@tokenyard/model";
import type { Plan } from "@tokenyard/placement";
import type { Program } from "@tokenyard/program";
import type { ModelSpec } from "@tokenyard/scenario";
import type { PoolSetup } from "../setup/setup.ts";
import type { Slice } from "../stages/stage-spec.ts";

/** Whether the ops of a program run one after another, never in halves. */
export function runsInTurn({ program, halves }: Slice): boolean {
  return halves === undefined && isInTurn(program);
}

/** Whether all layers with experts send them the same tokens, and cost alike: a gate that draws nothing, none over capacity, experts that lie alike and stay. */
export function areLayersAlike({ scenario, plan, router, overflow }: PoolSetup): boolean {
  if (router === undefined) return true;
  const drops = scenario.routing.capacityFactor !== undefined && overflow.limits !== false;
  return router.draws === false && !drops && scenario.rebalance === undefined && isPlacedAlike(scenario.model, plan);
}

/** Whether the experts of every layer lie alike. */
function isPlacedAlike(model: ModelSpec, { expertPlacement }: Plan): boolean {
  if (expertPlacement === undefined) return true;
  const withExperts = layerKinds(model).flatMap((kind, layer) => (kind === "moe" ? [layer] : []));
  return withExperts.every((layer) => expertPlacement.slots(layer) === expertPlacement.slots(withExperts[0]!));
}

/** Whether each op comes after the one before it. */
export function isInTurn({ ops }: Program): boolean {
  return ops.every(({ after }, at) => after.length === Math.min(at, 1) && (at === 0 || after[0] === at - 1));
}
