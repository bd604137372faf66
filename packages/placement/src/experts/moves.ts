import type { ExpertSlots } from "./expert-placement.ts";
import { heldIn } from "./rank-loads.ts";

/** How many experts' weights ranks send each other, [ranks × ranks] from row to column, when slots change from `before` to `after`; and how many in all. */
export interface Moves {
  readonly matrix: Float64Array;
  readonly count: number;
}

/**
 * A rank keeps the experts that it has; each further one comes from a rank that had it before: of its own node if possible, and among those
 * the one that has sent least, the first of equals. `nodeOf` [ranks]. Source: docs/models/routing.md#rebalancing.
 */
export function movesBetween(before: ExpertSlots, after: ExpertSlots, nodeOf: ArrayLike<number>): Moves {
  const old = heldIn(before);
  const ranks = old.length;
  const matrix = new Float64Array(ranks * ranks);
  const sent = new Float64Array(ranks);
  let count = 0;
  for (const [rank, held] of heldIn(after).entries()) {
    for (const x of new Set(held)) {
      if (x < 0 || old[rank]!.includes(x)) continue; // a second slot on a rank is filled there
      const from = holderFor(rank, x, old, sent, nodeOf);
      matrix[from * ranks + rank]! += 1;
      sent[from]! += 1;
      count++;
    }
  }
  return { matrix, count };
}

function holderFor(rank: number, expert: number, held: readonly number[][], sent: Float64Array, nodeOf: ArrayLike<number>): number {
  let best = -1;
  for (const [e, own] of held.entries()) {
    if (!own.includes(expert)) continue;
    const isNear = nodeOf[e] === nodeOf[rank];
    const isBestNear = best >= 0 && nodeOf[best] === nodeOf[rank];
    if (best < 0 || (isNear && !isBestNear) || (isNear === isBestNear && sent[e]! < sent[best]!)) best = e;
  }
  return best;
}
