import { kvBytesPerTokenAndLayer, type Plan, weightBytesOf } from "@tokenyard/placement";
import type { Scenario } from "@tokenyard/scenario";
import { type LargestPass, workspaceBytesOf } from "./workspace.ts";

/**
 * Tokens that a data group can cache in what weights and the workspace of the largest `pass` leave of the GPU's memory, times `share`: as
 * many as the fullest rank can. 0 when nothing is left. Source: docs/models.md#memory.
 */
export function kvTokenRoom(scenario: Scenario, plan: Plan, pass: LargestPass, share: number): number {
  const { cluster } = scenario;
  const limit = cluster.gpu.memory * cluster.gpu.memoryShare;
  const weights = weightBytesOf(scenario, plan);
  const workspace = workspaceBytesOf(scenario, plan, pass);
  const tokenBytes = kvBytesPerTokenAndLayer(scenario, plan);
  let room = Number.POSITIVE_INFINITY;
  for (let stage = 0; stage < plan.stages; stage++) {
    const layers = plan.layersOfStage[stage]!.length;
    if (layers === 0) continue;
    for (let e = 0; e < plan.expert; e++) {
      const left = (limit - weights[stage * plan.expert + e]! - workspace[stage]!) * share;
      room = Math.min(room, Math.max(0, Math.floor(left / (tokenBytes * layers))));
    }
  }
  return room;
}
