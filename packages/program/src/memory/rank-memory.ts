import { type Plan, weightBytesOf } from "@tokenyard/placement";
import type { Scenario } from "@tokenyard/scenario";
import { keptBy } from "./kv-held.ts";
import type { MemoryLoad } from "./memory-use.ts";
import { workspaceBytesOf } from "./workspace.ts";

/** [ranks] reserved bytes of each rank: the constant part, and the room of the cache */
export interface RankMemories {
  /** Weights and the workspace of the largest pass. */
  readonly fixed: Float64Array;
  readonly kv: Float64Array;
}

/** The data group, numbered through all replicas, whose cache rank number `rank` holds a part of. */
export function homeOfRank({ replicas, stages, ranksPerStage, dataGroups, attentionTensor }: Plan, rank: number): number {
  const replica = Math.floor(rank / (ranksPerStage * stages));
  const local = rank % ranksPerStage;
  return Math.min(replicas - 1, replica) * dataGroups + Math.min(dataGroups - 1, Math.floor(local / attentionTensor));
}

/** Memory of each rank, as `memoryOf` returns it for the fullest. Source: docs/models/memory.md#memory. */
export function rankMemories(scenario: Scenario, plan: Plan, load: MemoryLoad): RankMemories {
  const { stages, ranksPerStage, tensor, expert } = plan;
  const weights = weightBytesOf(scenario, plan);
  const workspace = workspaceBytesOf(scenario, plan, load);
  const kept = keptBy(scenario, plan, load);
  const fixed = new Float64Array(plan.ranks);
  const kv = new Float64Array(plan.ranks);
  for (let rank = 0; rank < plan.ranks; rank++) {
    const local = rank % ranksPerStage;
    const stage = Math.floor(rank / ranksPerStage) % stages;
    const home = homeOfRank(plan, rank);
    fixed[rank] = weights[stage * expert + Math.min(expert - 1, Math.floor(local / tensor))]! + workspace[stage]!;
    kv[rank] = kept(stage, home);
  }
  return { fixed, kv };
}
