import type { ExpertSlots } from "@tokenyard/placement";

/** Rows that experts compute, and their sums by experts' rank. */
export interface RankRows {
  /** [slots] */
  rows: Float64Array;
  /** [experts' ranks] rows of the slots of each rank, and the number of its slots that have any */
  rankRows: Float64Array;
  rankActive: Int32Array;
}

/** Fills in the sums by rank of the rows of `of`. */
export function countRanks(of: RankRows, { offsets }: ExpertSlots): void {
  const ranks = offsets.length - 1;
  makeRoom(of, ranks);
  const { rows, rankRows, rankActive } = of;
  for (let e = 0, slot = 0; e < ranks; e++) {
    let sum = 0;
    let active = 0;
    for (const end = offsets[e + 1]!; slot < end; slot++) {
      const own = rows[slot]!;
      sum += own;
      active += Number(own > 0);
    }
    rankRows[e] = sum;
    rankActive[e] = active;
  }
}

/** Makes room for the columns of `ranks` ranks. */
export function makeRoom(of: RankRows, ranks: number): void {
  if (of.rankRows.length === ranks) return;
  of.rankRows = new Float64Array(ranks);
  of.rankActive = new Int32Array(ranks);
}
