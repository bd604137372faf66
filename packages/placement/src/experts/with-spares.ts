import type { SparesSpec } from "@tokenyard/scenario";
import type { ExpertRanks } from "./expert-ranks.ts";

type OfExperts = Exclude<SparesSpec, { kind: "ranks" }>;

/**
 * Adds spare slots to `held` [experts' ranks][slots] of a layer, each on the rank with the fewest slots, the lowest of equals. Hot copies
 * are of the experts with the largest `shares`, the lowest of equals, and again from the first when each has one; each goes where its
 * expert is not yet, on another node if possible with `place: other-node`. More spares never move those that fewer give. Source:
 * docs/faults.md#spares.
 */
export function withSpares(
  held: readonly (readonly number[])[],
  spares: OfExperts,
  experts: number,
  { expert: ranks, ranksPerStage, gpusPerNode }: ExpertRanks,
  shares: ArrayLike<number> | undefined,
): number[][] {
  const all = held.map((own) => [...own]);
  const nodeOf = (rank: number) => Math.floor((rank * (ranksPerStage / ranks)) / gpusPerNode);
  const hottest = Array.from({ length: experts }, (_, x) => x).sort((a, b) => (shares?.[b] ?? 0) - (shares?.[a] ?? 0) || a - b);
  for (let i = 0; i < spares.perLayer; i++) {
    const x = spares.kind === "hot-copies" ? hottest[i % experts]! : -1;
    const holders = all.flatMap((own, rank) => (x >= 0 && own.includes(x) ? [rank] : []));
    const nodes = new Set(holders.map(nodeOf));
    const others = all.flatMap((own, rank) => (x >= 0 && own.includes(x) ? [] : [rank]));
    const far = spares.kind === "hot-copies" && spares.place === "other-node" ? others.filter((rank) => !nodes.has(nodeOf(rank))) : others;
    const candidates = far.length > 0 ? far : others;
    if (candidates.length === 0) continue; // every rank holds it
    all[candidates.reduce((best, rank) => (all[rank]!.length < all[best]!.length ? rank : best))]!.push(x);
  }
  return all;
}
