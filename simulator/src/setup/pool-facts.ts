import type { PlanFacts, RankMemory } from "@tokenyard/placement";
import type { PoolSetup } from "./setup.ts";

/** The facts of the first pool, with the ranks and nodes of all. */
export function planFactsOf(pools: readonly PoolSetup[]): PlanFacts {
  const { facts } = pools[0]!;
  if (pools.length === 1) return facts;
  const sum = (of: (facts: PlanFacts) => number) => pools.reduce((total, pool) => total + of(pool.facts), 0);
  return { ...facts, ranks: sum(({ ranks }) => ranks), nodes: sum(({ nodes }) => nodes) };
}

/** Of the fullest rank of all pools, which is numbered in its own. */
export function fullestMemory(pools: readonly PoolSetup[]): RankMemory {
  return pools.map(({ memory }) => memory).reduce((fullest, each) => (each.share > fullest.share ? each : fullest));
}
