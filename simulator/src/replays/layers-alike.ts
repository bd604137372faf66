import type { PoolSetup } from "../setup/setup.ts";

/** Whether each replica is one stage whose layers cost alike, one micro-batch at a time: dense, or with a gate that draws nothing. */
export function areLayersAlike({ scenario, plan, router, overflow, network }: PoolSetup): boolean {
  const draws =
    router !== undefined && (router.draws !== false || (scenario.routing.capacityFactor !== undefined && overflow.limits !== false));
  return plan.stages === 1 && scenario.serving.overlap === "none" && !draws && network.contends !== true;
}
