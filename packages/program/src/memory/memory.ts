import { type Plan, rankOf, weightBytesOf } from "@tokenyard/placement";
import type { Problem, Scenario } from "@tokenyard/scenario";
import { gigabytes } from "./gigabytes.ts";
import { keptBy } from "./kv-held.ts";
import type { MemoryLoad, MemoryUse } from "./memory-use.ts";
import { workspaceBytesOf } from "./workspace.ts";

/** Bytes that are set aside on the fullest rank before a run. */
export interface RankMemory {
  readonly weights: number;
  readonly kvReserved: number;
  /** Workspace of the largest possible pass. */
  readonly workspace: number;
  /** weights + workspace, and the KV cache of a batch that is known beforehand: no smaller pool would save any of it. */
  readonly planned: number;
  /** weights + kvReserved + workspace */
  readonly reserved: number;
  /** memory × memoryShare of the GPU: with more reserved it does not fit. */
  readonly limit: number;
  readonly rank: number;
}

/** Bytes that a run has used on the rank that used most. */
export interface UsedMemory {
  readonly kvUsed: number;
  /** Workspace of the largest pass of the run. */
  readonly workspaceUsed: number;
  /** weights + kvUsed + workspaceUsed */
  readonly used: number;
  /** used / limit */
  readonly share: number;
}

/**
 * Reserved memory on the fullest rank; of equally full ones the first. Every rank of a data group caches its KV heads, max(1, kvHeads ÷
 * attention.tensor), of all layers of its stage for all tokens of the group, in windowed layers for those in the window. Leaves out
 * fragmentation, collectives' buffers and the runtime, which memoryShare covers. Source: docs/models/memory.md#memory.
 */
export function memoryOf(scenario: Scenario, plan: Plan, load: MemoryLoad): RankMemory {
  const { weights, kv, workspace, total, rank } = fullestRank(scenario, plan, load);
  const planned = load.pooled ? weights + workspace : total;
  return { weights, kvReserved: kv, workspace, planned, reserved: total, limit: limitOf(scenario), rank };
}

/** Memory that was used on the rank that used most, if its cache and its workspace are largest at the same moment. Source: as `memoryOf`. */
export function usedMemoryOf(scenario: Scenario, plan: Plan, use: MemoryUse): UsedMemory {
  const { kv, workspace, total } = fullestRank(scenario, plan, use);
  return { kvUsed: kv, workspaceUsed: workspace, used: total, share: total / limitOf(scenario) };
}

function limitOf({ cluster }: Scenario): number {
  return cluster.gpu.memory * cluster.gpu.memoryShare;
}

interface Parts {
  readonly weights: number;
  readonly kv: number;
  readonly workspace: number;
  readonly total: number;
  readonly rank: number;
}

function fullestRank(scenario: Scenario, plan: Plan, use: MemoryUse): Parts {
  const heaviest = heaviestRanks(plan, weightBytesOf(scenario, plan));
  const workspace = workspaceBytesOf(scenario, plan, use);
  const kept = keptBy(scenario, plan, use);
  let fullest: Parts | undefined;
  for (let replica = 0; replica < plan.replicas; replica++) {
    for (let stage = 0; stage < plan.stages; stage++) {
      for (let group = 0; group < plan.dataGroups; group++) {
        const at = replica * plan.dataGroups + group;
        const kv = kept(stage, at);
        const { weights, local } = heaviest[stage * plan.dataGroups + group]!;
        const total = weights + kv + workspace[stage]!;
        if (fullest !== undefined && total <= fullest.total) continue;
        fullest = { weights, kv, workspace: workspace[stage]!, total, rank: rankOf(plan, replica, stage, local) };
      }
    }
  }
  return fullest!;
}

/** [stages × data groups] the local rank of each that holds most weights, of equals the first; `weights`: [stages × experts' ranks]. */
function heaviestRanks({ stages, dataGroups, attentionTensor, tensor, expert }: Plan, weights: Float64Array) {
  return Array.from({ length: stages * dataGroups }, (_, at) => {
    const stage = Math.floor(at / dataGroups);
    const first = (at % dataGroups) * attentionTensor;
    let heaviest = Math.floor(first / tensor);
    for (let e = heaviest + 1; e * tensor < first + attentionTensor; e++)
      if (weights[stage * expert + e]! > weights[stage * expert + heaviest]!) heaviest = e;
    return { weights: weights[stage * expert + heaviest]!, local: Math.max(first, heaviest * tensor) };
  });
}

/** A problem at the GPU's memory when the fullest rank is over its limit, with the numbers and a size that fits. */
export function memoryProblems(scenario: Scenario, memory: RankMemory): Problem[] {
  const { weights, kvReserved, workspace, reserved, limit, rank } = memory;
  if (reserved <= limit) return [];
  const { gpu } = scenario.cluster;
  const share = `${Number((gpu.memoryShare * 100).toPrecision(6))} %`;
  const parts = `weights ${gigabytes(weights)} + KV cache ${gigabytes(kvReserved)} + workspace ${gigabytes(workspace)} = ${gigabytes(reserved)}`;
  const room = limit - weights - workspace;
  const fitting =
    room > 0
      ? `a KV cache of at most ${gigabytes(room)} would fit`
      : "weights and workspace do not fit even without a KV cache: share them among more ranks";
  return [
    {
      path: ["cluster", "gpu", "memory"],
      given: `${gigabytes(gpu.memory)} × ${share} = ${gigabytes(limit)}`,
      wanted: `at least ${gigabytes(roundedUp(reserved / gpu.memoryShare))} for rank ${rank}: ${parts}; ${fitting}`,
    },
  ];
}

/** Rounded up to three digits, so that the suggested size is enough. */
function roundedUp(bytes: number): number {
  let unit = 1;
  while (unit * 1000 <= bytes) unit *= 10;
  return Math.ceil(bytes / unit) * unit;
}
