import type { Plan } from "@tokenyard/placement";

/** The GPUs of all pools of a scenario, numbered one pool after the other; so are their nodes and replicas. */
export interface Machines {
  readonly ranks: number;
  readonly nodes: number;
  readonly replicas: number;
}

export function machinesOf(plans: readonly Plan[]): Machines {
  const sum = (of: (plan: Plan) => number) => plans.reduce((total, plan) => total + of(plan), 0);
  return { ranks: sum(({ ranks }) => ranks), nodes: sum(({ nodes }) => nodes), replicas: sum(({ replicas }) => replicas) };
}

/** Place of number `at` over all `plans`, each with `count` of them: its plan, its number there, and the GPUs of earlier plans. */
export function placeOf(plans: readonly Plan[], at: number, count: (plan: Plan) => number) {
  let pool = 0;
  let own = at;
  let firstRank = 0;
  while (pool < plans.length - 1 && own >= count(plans[pool]!)) {
    own -= count(plans[pool]!);
    firstRank += plans[pool]!.ranks;
    pool++;
  }
  return { pool, plan: plans[pool]!, own, firstRank };
}

/** All GPUs of `node`. */
export function ranksOfNode(plans: readonly Plan[], node: number): number[] {
  const { plan, own, firstRank } = placeOf(plans, node, ({ nodes }) => nodes);
  const { gpusPerNode, ranks } = plan;
  return Array.from({ length: gpusPerNode }, (_, i) => own * gpusPerNode + i)
    .filter((rank) => rank < ranks)
    .map((rank) => firstRank + rank);
}

/** The node of `rank`. */
export function nodeOf(plans: readonly Plan[], rank: number): number {
  const { pool, plan, own } = placeOf(plans, rank, ({ ranks }) => ranks);
  return plans.slice(0, pool).reduce((sum, { nodes }) => sum + nodes, 0) + Math.floor(own / plan.gpusPerNode);
}
