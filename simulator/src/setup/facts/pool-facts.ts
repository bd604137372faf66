import { type PlanFacts, switchesDispatch } from "@tokenyard/placement";
import { type RankMemory, type UsedMemory, usedMemoryOf } from "@tokenyard/program";
import type { PoolSetup } from "../../inputs/setup.ts";

/** The facts of the first pool, with the ranks and nodes of all. */
export function planFactsOf(pools: readonly PoolSetup[]): PlanFacts {
  const { facts } = pools[0]!;
  if (pools.length === 1) return facts;
  const sum = (of: (facts: PlanFacts) => number) => pools.reduce((total, pool) => total + of(pool.facts), 0);
  return { ...facts, ranks: sum(({ ranks }) => ranks), nodes: sum(({ nodes }) => nodes) };
}

/** Memory of the fullest rank of all pools. */
export function fullestMemory(pools: readonly PoolSetup[]): RankMemory {
  const share = ({ reserved, limit }: RankMemory) => reserved / limit;
  return pools.map(({ memory }) => memory).reduce((fullest, each) => (share(each) > share(fullest) ? each : fullest));
}

/** Largest memory used by requests, on the rank of all pools with the largest share. */
export function mostUsedMemory(pools: readonly PoolSetup[]): UsedMemory {
  return pools.map(usedMemory).reduce((most, each) => (each.share > most.share ? each : most));
}

/** Most memory that the requests have used in one pool. */
export function usedMemory({ scenario, plan, scheduler, load }: PoolSetup): UsedMemory {
  return usedMemoryOf(scenario, plan, scheduler.use?.() ?? load);
}

/** Names in a report for the law of experts, if it is used, and for the dispatch, if it depends on the pass. */
export function routingNames(pools: readonly Pick<PoolSetup, "plan">[], byLaw: boolean): string[] {
  const switches = pools.some(({ plan }) => plan.expertPlacement !== undefined && switchesDispatch(plan));
  return [...(byLaw ? ["uneven experts by their law"] : []), ...(switches ? ["dispatch by phase"] : [])];
}
