import type { ExpertSlots } from "@tokenyard/placement";

/** Rows that experts compute which are filled up to their capacity. Source: docs/models.md#capacity. */
export class PaddedRows {
  /** [slots] */
  rows = new Float64Array(0);
  /** [experts' ranks] */
  rankRows = new Float64Array(0);
  rankActive = new Int32Array(0);
  rankMost = new Float64Array(0);

  /** Each slot has its `rows` [slots], or its even share of `capacity` rows of its expert where that is more. */
  fill(rows: Float64Array, capacity: number, { offsets, expertIn, firstOf }: ExpertSlots): void {
    const ranks = offsets.length - 1;
    if (this.rows.length !== expertIn.length) this.rows = new Float64Array(expertIn.length);
    if (this.rankRows.length !== ranks) {
      this.rankRows = new Float64Array(ranks);
      this.rankActive = new Int32Array(ranks);
      this.rankMost = new Float64Array(ranks);
    }
    for (let e = 0, slot = 0; e < ranks; e++) {
      let sum = 0;
      let active = 0;
      let most = 0;
      for (const end = offsets[e + 1]!; slot < end; slot++) {
        const expert = expertIn[slot]!;
        const share = expert < 0 ? 0 : Math.ceil(capacity / (firstOf[expert + 1]! - firstOf[expert]!));
        const padded = Math.max(rows[slot]!, share);
        this.rows[slot] = padded;
        sum += padded;
        if (padded > 0) active++;
        if (padded > most) most = padded;
      }
      this.rankRows[e] = sum;
      this.rankActive[e] = active;
      this.rankMost[e] = most;
    }
  }
}
