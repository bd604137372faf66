import { type Plan, weightBytesOf } from "@tokenyard/placement";
import type { Scenario } from "@tokenyard/scenario";
import { keptBy } from "./kv-held.ts";
import type { MemoryUse } from "./memory-use.ts";
import { workspaceBytesOf } from "./workspace.ts";

/** [ranks] bytes of each rank, by what they are for */
export interface RankMemories {
  readonly weights: Float64Array;
  /** Workspace of the largest pass. */
  readonly workspace: Float64Array;
  /** Room of the cache. */
  readonly kv: Float64Array;
}

/** The data group, numbered through all replicas, whose cache rank number `rank` holds a part of. */
export function homeOfRank({ replicas, stages, ranksPerStage, dataGroups, attentionTensor }: Plan, rank: number): number {
  const replica = Math.floor(rank / (ranksPerStage * stages));
  const local = rank % ranksPerStage;
  return Math.min(replicas - 1, replica) * dataGroups + Math.min(dataGroups - 1, Math.floor(local / attentionTensor));
}

/** Memory of each rank, as `memoryOf` returns it for the fullest. Source: docs/models/memory.md#memory. */
export function rankMemories(scenario: Scenario, plan: Plan, use: MemoryUse): RankMemories {
  const { stages, ranksPerStage, tensor, expert } = plan;
  const ofPart = weightBytesOf(scenario, plan);
  const ofStage = workspaceBytesOf(scenario, plan, use);
  const kept = keptBy(scenario, plan, use);
  const [weights, workspace, kv] = [new Float64Array(plan.ranks), new Float64Array(plan.ranks), new Float64Array(plan.ranks)];
  for (let rank = 0; rank < plan.ranks; rank++) {
    const local = rank % ranksPerStage;
    const stage = Math.floor(rank / ranksPerStage) % stages;
    const home = homeOfRank(plan, rank);
    weights[rank] = ofPart[stage * expert + Math.min(expert - 1, Math.floor(local / tensor))]!;
    workspace[rank] = ofStage[stage]!;
    kv[rank] = kept(stage, home);
  }
  return { weights, workspace, kv };
}
