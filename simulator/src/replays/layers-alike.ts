import { layerKinds } from "@tokenyard/model";
import type { Plan } from "@tokenyard/placement";
import type { Program } from "@tokenyard/program";
import type { ModelSpec } from "@tokenyard/scenario";
import type { PoolSetup } from "../setup/setup.ts";
import type { StageSpec } from "../stages/stage-spec.ts";

/** Whether each replica is one stage whose layers cost alike, and never run in halves, nor beside one another: dense, or with a gate that draws nothing. */
export function areLayersAlike({ scenario, plan, router, overflow, network }: PoolSetup, specs: readonly StageSpec[]): boolean {
  const isInTurn = specs.every(({ slices }) => slices.every(({ program, halves }) => halves === undefined && runsInTurn(program)));
  const draws =
    router !== undefined && (router.draws !== false || (scenario.routing.capacityFactor !== undefined && overflow.limits !== false));
  return plan.stages === 1 && isPlacedAlike(scenario.model, plan) && isInTurn && !draws && network.contends !== true;
}

/** Whether the experts of every layer lie alike. */
function isPlacedAlike(model: ModelSpec, { expertPlacement }: Plan): boolean {
  if (expertPlacement === undefined) return true;
  const withExperts = layerKinds(model).flatMap((kind, layer) => (kind === "moe" ? [layer] : []));
  return withExperts.every((layer) => expertPlacement.slots(layer) === expertPlacement.slots(withExperts[0]!));
}

/** Whether each op comes after the one before it. */
function runsInTurn({ ops }: Program): boolean {
  return ops.every(({ after }, at) => after.length === Math.min(at, 1) && (at === 0 || after[0] === at - 1));
}
