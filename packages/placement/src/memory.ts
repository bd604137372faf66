import { windowedLayers } from "@tokenyard/model";
import type { Problem, Scenario } from "@tokenyard/scenario";
import { kvBytesPerTokenAndLayer } from "./kv-bytes.ts";
import type { Plan } from "./plan.ts";
import { rankOf } from "./rank.ts";
import { weightBytesOf } from "./weights.ts";
import { type LargestPass, workspaceBytesOf } from "./workspace.ts";

/** What a run asks of the ranks' memory. */
export interface MemoryLoad extends LargestPass {
  /** Cached tokens that a data group holds at its peak, [replicas × dataGroups]. */
  readonly kvTokens: Float64Array;
  /** As `kvTokens`, in layers with a window. */
  readonly windowedKvTokens: Float64Array;
}

/** Bytes on the fullest rank. */
export interface RankMemory {
  readonly weights: number;
  readonly kvPeak: number;
  readonly workspace: number;
  /** weights + kvPeak + workspace */
  readonly peak: number;
  /** memory × memoryShare of the GPU. */
  readonly limit: number;
  /** peak / limit: over 1 it does not fit. */
  readonly share: number;
  readonly rank: number;
}

/**
 * Memory of the fullest rank; of equally full ones the first. Every rank of a data group caches its KV heads, max(1, kvHeads ÷ attention.tensor),
 * of all layers of its stage for all tokens of the group, in windowed layers for those in the window. Leaves out fragmentation,
 * collectives' buffers and the runtime: memoryShare stands for them. Source: docs/models.md#memory.
 */
export function memoryOf(scenario: Scenario, plan: Plan, load: MemoryLoad): RankMemory {
  const weights = weightBytesOf(scenario, plan);
  const workspace = workspaceBytesOf(scenario, plan, load);
  const tokenBytes = kvBytesPerTokenAndLayer(scenario, plan);
  const windowed = windowedLayers(scenario.model);
  const limit = scenario.cluster.gpu.memory * scenario.cluster.gpu.memoryShare;
  let fullest: RankMemory | undefined;
  for (let replica = 0; replica < plan.replicas; replica++) {
    for (let stage = 0; stage < plan.stages; stage++) {
      const windowedCount = plan.layersOfStage[stage]!.filter((layer) => windowed[layer]).length;
      const fullCount = plan.layersOfStage[stage]!.length - windowedCount;
      for (let group = 0; group < plan.dataGroups; group++) {
        const at = replica * plan.dataGroups + group;
        const kvPeak = tokenBytes * (load.kvTokens[at]! * fullCount + load.windowedKvTokens[at]! * windowedCount);
        const peak = weights[stage]! + kvPeak + workspace[stage]!;
        if (fullest !== undefined && peak <= fullest.peak) continue;
        const rank = rankOf(plan, replica, stage, group * plan.attentionTensor);
        fullest = { weights: weights[stage]!, kvPeak, workspace: workspace[stage]!, peak, limit, share: peak / limit, rank };
      }
    }
  }
  return fullest!;
}

/** A problem at the GPU's memory when the fullest rank is over its limit, with the numbers and what would fit. */
export function memoryProblems(scenario: Scenario, memory: RankMemory): Problem[] {
  const { weights, kvPeak, workspace, peak, limit, rank } = memory;
  if (peak <= limit) return [];
  const { gpu } = scenario.cluster;
  const share = `${Number((gpu.memoryShare * 100).toPrecision(6))} %`;
  const parts = `weights ${gigabytes(weights)} + KV cache ${gigabytes(kvPeak)} + workspace ${gigabytes(workspace)} = ${gigabytes(peak)}`;
  const room = limit - weights - workspace;
  const fitting =
    room > 0
      ? `a KV cache of at most ${gigabytes(room)} would fit`
      : "weights and workspace do not fit even without a KV cache: share them among more ranks";
  return [
    {
      path: ["cluster", "gpu", "memory"],
      given: `${gigabytes(gpu.memory)} × ${share} = ${gigabytes(limit)}`,
      wanted: `at least ${gigabytes(roundedUp(peak / gpu.memoryShare))} for rank ${rank}: ${parts}; ${fitting}`,
    },
  ];
}

/** Three digits are enough to act on. */
function gigabytes(bytes: number): string {
  return `${Number((bytes / 1e9).toPrecision(3))} GB`;
}

/** Up to three digits, so that what is asked for is enough. */
function roundedUp(bytes: number): number {
  let unit = 1;
  while (unit * 1000 <= bytes) unit *= 10;
  return Math.ceil(bytes / unit) * unit;
}
