import { type Groups, gathersCopies, groupsOf, type Plan, rankOf, visitsOnce } from "@tokenyard/placement";
import { type TokenRoutes, tokenRoutes } from "./token-routes.ts";

/** An expert-parallel group of a stage, whose members exchange copies. */
export interface ExchangeGroup {
  /** Global ranks [sources]. */
  readonly ranks: Int32Array;
  /** Index of the experts' rank inside a source that it reaches: 0 … its ranks ÷ tensor − 1, or 0 if that is not a whole number. */
  readonly share: number;
  /** The first group of the stage that carries the same bytes between the same nodes; itself when it is the first. */
  readonly sameAs: number;
}

/** The groups of one stage by global rank, for the network's eyes. */
export interface StageLinks {
  readonly firstRank: number;
  readonly tensor: readonly Int32Array[];
  readonly attention: readonly Int32Array[];
  /** Groups of ranks that share contexts; empty where each keeps its own. */
  readonly context: readonly Int32Array[];
  readonly exchange: readonly ExchangeGroup[];
  /** Place i of the sources that share the experts of tensor group e is group e · (ranks of a source) + i; none where each source has experts of its own. */
  readonly gather: readonly Int32Array[];
  /** Undefined where copies are sent in all passes, or nothing is. */
  readonly routes: TokenRoutes | undefined;
}

export function stageLinks(plan: Plan, replica: number, stage: number): StageLinks {
  const firstRank = rankOf(plan, replica, stage, 0);
  const expert = globalGroups(groupsOf(plan, "expert"), firstRank);
  return {
    firstRank,
    tensor: globalGroups(groupsOf(plan, "tensor"), firstRank),
    attention: globalGroups(groupsOf(plan, "attention"), firstRank),
    context: plan.context > 1 ? globalGroups(groupsOf(plan, "context"), firstRank) : [],
    exchange: exchangeGroups(plan, expert),
    routes: plan.expertPlacement !== undefined && visitsOnce(plan, 0) ? tokenRoutes(plan, expert) : undefined,
    gather: gathersCopies(plan) ? globalGroups(groupsOf(plan, "gather"), firstRank) : [],
  };
}

function globalGroups(groups: Groups, firstRank: number): Int32Array[] {
  return Array.from({ length: groups.offsets.length - 1 }, (_, g) =>
    groups.members.slice(groups.offsets[g], groups.offsets[g + 1]).map((local) => local + firstRank),
  );
}

function exchangeGroups(plan: Plan, groups: readonly Int32Array[]): ExchangeGroup[] {
  const firstOf = new Map<string, number>();
  return groups.map((ranks, i) => {
    const share = Math.floor(i / plan.tensor);
    const key = `${share}:${ranks.map((rank) => Math.floor(rank / plan.gpusPerNode)).join()}`;
    const sameAs = firstOf.get(key) ?? i;
    firstOf.set(key, sameAs);
    return { ranks, share, sameAs };
  });
}
