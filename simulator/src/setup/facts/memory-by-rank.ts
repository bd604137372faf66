import { rankMemories } from "@tokenyard/program";
import type { PoolSetup } from "../../inputs/setup.ts";

/** Bytes on each of some ranks in a row that have the same. Plain data. */
export interface RanksMemory {
  readonly firstRank: number;
  readonly ranks: number;
  readonly weights: number;
  /** Workspace of the largest pass that may come. */
  readonly workspace: number;
  readonly kvReserved: number;
  /** Most bytes of weights, workspace and cache that a run used; before a run, the most that it may use. */
  readonly used: number;
  readonly limit: number;
}

/** Memory of all ranks, from the first on, of a setup that has run. Source: docs/models/memory.md#memory. */
export function memoryByRank({ pools }: { readonly pools: readonly PoolSetup[] }): RanksMemory[] {
  const found: RanksMemory[] = [];
  let firstOfPool = 0;
  for (const { scenario, plan, load, scheduler, memory } of pools) {
    const reserved = rankMemories(scenario, plan, load);
    const most = rankMemories(scenario, plan, scheduler.use?.() ?? load);
    for (let rank = 0; rank < plan.ranks; rank++) {
      const own = {
        weights: reserved.weights[rank]!,
        workspace: reserved.workspace[rank]!,
        kvReserved: reserved.kv[rank]!,
        used: most.weights[rank]! + most.workspace[rank]! + most.kv[rank]!,
        limit: memory.limit,
      };
      const last = found.at(-1);
      if (last !== undefined && isAlike(last, own)) found[found.length - 1] = { ...last, ranks: last.ranks + 1 };
      else found.push({ firstRank: firstOfPool + rank, ranks: 1, ...own });
    }
    firstOfPool += plan.ranks;
  }
  return found;
}

type Parts = Omit<RanksMemory, "firstRank" | "ranks">;

function isAlike(a: Parts, b: Parts): boolean {
  return (
    a.weights === b.weights && a.workspace === b.workspace && a.kvReserved === b.kvReserved && a.used === b.used && a.limit === b.limit
  );
}
