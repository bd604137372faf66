import type { ExpertSlots } from "@tokenyard/placement";
import { countRanks, type RankRows } from "./rank-rows.ts";

/** Rows that experts compute which are filled up to their capacity. Source: docs/models/capacity.md#capacity. */
export class PaddedRows implements RankRows {
  rows = new Float64Array(0);
  rankRows = new Float64Array(0);
  rankActive = new Int32Array(0);

  /** Each slot has its `rows` [slots], or its even share of `capacity` rows of its expert where that is more. */
  fill(rows: Float64Array, capacity: number, slots: ExpertSlots): void {
    const { expertIn, firstOf } = slots;
    if (this.rows.length !== expertIn.length) this.rows = new Float64Array(expertIn.length);
    for (let slot = 0; slot < expertIn.length; slot++) {
      const expert = expertIn[slot]!;
      const share = expert < 0 ? 0 : Math.ceil(capacity / (firstOf[expert + 1]! - firstOf[expert]!));
      this.rows[slot] = Math.max(rows[slot]!, share);
    }
    countRanks(this, slots);
  }
}
