import { type ExpertSlots, expertSlots } from "./expert-placement.ts";
import { heldIn, maxOverMeanOf, rankLoads } from "./rank-loads.ts";

/**
 * Slots after swaps of two experts each, between the fullest rank and another, whichever lowers the fuller of both most; until none does, or
 * `most` are made. Moves less than a placement from scratch, and never raises the fullest rank. Source: docs/models/routing.md#rebalancing.
 */
export function swapped(loads: ArrayLike<number>, slots: ExpertSlots, most: number): ExpertSlots {
  const { experts, firstOf } = slots;
  const held = heldIn(slots);
  const share = (x: number) => (x < 0 ? 0 : loads[x]! / (firstOf[x + 1]! - firstOf[x]!));
  const ranks = rankLoads(loads, slots);
  for (let made = 0; made < most; made++) {
    const fullest = ranks.indexOf(Math.max(...ranks));
    let best: { rank: number; own: number; other: number; fuller: number } | undefined;
    for (const [rank, others] of held.entries()) {
      if (rank === fullest) continue;
      for (const [own, x] of held[fullest]!.entries()) {
        for (const [other, y] of others.entries()) {
          const given = share(x) - share(y);
          if (given <= 0 || others.includes(x) || (y >= 0 && held[fullest]!.includes(y))) continue;
          const fuller = Math.max(ranks[fullest]! - given, ranks[rank]! + given);
          if (fuller < ranks[fullest]! * SURELY_LESS && (best === undefined || fuller < best.fuller)) best = { rank, own, other, fuller };
        }
      }
    }
    if (best === undefined) break;
    const { rank, own, other } = best;
    const [x, y] = [held[fullest]![own]!, held[rank]![other]!];
    held[fullest]![own] = y;
    held[rank]![other] = x;
    ranks[fullest]! -= share(x) - share(y);
    ranks[rank]! += share(x) - share(y);
  }
  const after = expertSlots(experts, held, slots.missing.length > 0);
  return maxOverMeanOf(rankLoads(loads, after)) < maxOverMeanOf(rankLoads(loads, slots)) ? after : slots;
}

const SURELY_LESS = 1 - 1e-9;
