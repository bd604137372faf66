import type { Lists } from "@tokenyard/model";
import type { ExpertSlots } from "@tokenyard/placement";

/** Rows that experts compute, and what they come to by the experts' rank. */
export interface RankRows {
  /** [slots] */
  rows: Float64Array;
  /** Of each experts' rank: rows of its slots together, how many of these have some, and the most that one has [experts' ranks]. */
  rankRows: Float64Array;
  rankActive: Int32Array;
  rankMost: Float64Array;
}

/** Fills in what the rows of `of` come to by rank. */
export function countRanks(of: RankRows, { offsets }: ExpertSlots): void {
  const ranks = offsets.length - 1;
  makeRoom(of, ranks);
  const { rows, rankRows, rankActive, rankMost } = of;
  for (let e = 0, slot = 0; e < ranks; e++) {
    let sum = 0;
    let active = 0;
    let most = 0;
    for (const end = offsets[e + 1]!; slot < end; slot++) {
      const own = rows[slot]!;
      sum += own;
      active += own > 0 ? 1 : 0;
      most = Math.max(own, most);
    }
    rankRows[e] = sum;
    rankActive[e] = active;
    rankMost[e] = most;
  }
}

/** The same where `chosen` lists the slots that have rows. */
export function countChosen(of: RankRows, { places, lengths }: Lists, { offsets, rankOf }: ExpertSlots): void {
  makeRoom(of, offsets.length - 1);
  const { rows, rankRows, rankActive, rankMost } = of;
  for (let e = 0; e < rankRows.length; e++) {
    rankRows[e] = 0;
    rankActive[e] = 0;
    rankMost[e] = 0;
  }
  for (let i = 0; i < lengths[0]!; i++) {
    const own = rows[places[i]!]!;
    const e = rankOf[places[i]!]!;
    rankRows[e]! += own;
    rankActive[e]!++;
    if (own > rankMost[e]!) rankMost[e] = own;
  }
}

function makeRoom(of: RankRows, ranks: number): void {
  if (of.rankRows.length === ranks) return;
  of.rankRows = new Float64Array(ranks);
  of.rankActive = new Int32Array(ranks);
  of.rankMost = new Float64Array(ranks);
}
