/** The pools of a run, as its setup has them. */
interface Pool {
  readonly role: string;
  readonly plan: { readonly replicas: number; readonly stages: number; readonly ranksPerStage: number };
  readonly firstRank: number;
}

/** The ranks of one stage of one replica, which are consecutive. */
export interface RankGroup {
  /** `stage 3`, `replica 1 · stage 3`, `decode · stage 3` */
  readonly label: string;
  readonly firstRank: number;
  readonly ranks: number;
}

/** Groups whose first ranks are shown at first. */
const MOST_AT_FIRST = 64;

/** The stages of all replicas of all pools, by rank. */
export function rankGroups({ pools }: { readonly pools: readonly Pool[] }): RankGroup[] {
  return pools.flatMap(({ role, plan, firstRank }) =>
    Array.from({ length: plan.replicas * plan.stages }, (_, at) => ({
      label: [
        ...(pools.length > 1 ? [role] : []),
        ...(plan.replicas > 1 ? [`replica ${Math.floor(at / plan.stages)}`] : []),
        `stage ${at % plan.stages}`,
      ].join(" · "),
      firstRank: firstRank + at * plan.ranksPerStage,
      ranks: plan.ranksPerStage,
    })),
  );
}

/**
 * Ranks that have lanes, rising: the first of each of the first 64 groups, and all of those whose first rank is in `open`; with "all" all of all groups.
 */
export function shownRanks(groups: readonly RankGroup[], open: readonly number[] | "all"): number[] {
  return groups.flatMap(({ firstRank, ranks }, at) => {
    const isOpen = open === "all" || open.includes(firstRank);
    const shown = isOpen ? ranks : at < MOST_AT_FIRST ? 1 : 0;
    return Array.from({ length: shown }, (_, rank) => firstRank + rank);
  });
}

/** The group of `rank`; undefined where there is none. */
export function groupOf(groups: readonly RankGroup[], rank: number): RankGroup | undefined {
  return groups.find(({ firstRank, ranks }) => rank >= firstRank && rank < firstRank + ranks);
}
