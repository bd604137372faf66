import type { Lists } from "@tokenyard/model";
import type { ExpertSlots } from "@tokenyard/placement";
import type { SpreadSums } from "./kept-visits.ts";
import type { OwnRanks } from "./own-ranks.ts";
import type { SentCopies } from "./sent-copies.ts";
import { SlotShares } from "./slot-shares.ts";

/** Copies of one layer that are computed. */
interface Dealt {
  /** [data groups × experts], and where there are any */
  readonly copies: Float64Array;
  readonly lists: Lists;
  /** Own ranks of each source, where copies stay on them. */
  readonly own: OwnRanks | undefined;
}

const NONE = new Float64Array(0);

/** Copies for the slots of experts, where these are not in order. */
export class SlotCopies {
  /** Rows of all sources [slots], and of each [data groups × slots]. */
  rows = new Float64Array(0);
  sent = new Float64Array(0);
  readonly #sources: number;
  /** [sources] whether it has sent to slots */
  readonly #hasSent: Uint8Array;
  #shares: SlotShares | undefined;

  constructor(sources: number) {
    this.#sources = sources;
    this.#hasSent = new Uint8Array(sources);
  }

  /** Makes slots of an expert share its copies by the loads of their ranks instead of evenly. */
  splitByLoad(): void {
    this.#shares = new SlotShares();
  }

  /**
   * Deals an expert's copies over its slots in turn, those of each source from another slot on. `kept` [experts]: copies of all sources;
   * `sums`, where visits are computed from them; `sentTo`, where counts by rank are needed. Source:
   * docs/models/routing.md#copies-of-experts.
   */
  deal(
    { copies: routed, lists, own }: Dealt,
    kept: Float64Array,
    of: ExpertSlots,
    sums: SpreadSums | undefined,
    sentTo?: SentCopies,
  ): void {
    const { expertIn, firstOf, slotsOf, offsets, rankOf } = of;
    const shares = own === undefined && this.#shares?.fill(kept, of) === true ? this.#shares : undefined;
    const slots = expertIn.length;
    if (this.rows.length !== slots) {
      this.rows = new Float64Array(slots);
      this.sent = new Float64Array(this.#sources * slots);
      this.#hasSent.fill(0);
    }
    const { rows, sent } = this;
    const ranks = offsets.length - 1;
    sentTo?.makeRoom(ranks);
    const byRank = sentTo?.byRank ?? NONE;
    rows.fill(0);
    const { places, lengths, columns } = lists;
    for (let source = 0; source < this.#sources; source++) {
      const row = source * columns;
      const end = row + lengths[source]!;
      const sentRow = source * slots;
      const rankRow = source * ranks;
      if (this.#hasSent[source] === 1) sent.fill(0, sentRow, sentRow + slots);
      sentTo?.lists.clear(source, byRank);
      this.#hasSent[source] = end === row ? 0 : 1;
      let all = 0;
      for (let at = row; at < end; at++) {
        const x = places[at]!;
        const copies = routed[row + x]!;
        if (copies === 0) continue;
        all += copies;
        let first = firstOf[x]!;
        let last = firstOf[x + 1]!;
        if (own !== undefined) {
          while (slotsOf[first]! < offsets[own.first[source]!]!) first++;
          while (slotsOf[last - 1]! >= offsets[own.end[source]!]!) last--;
        }
        if (sums !== undefined) sums.first[source * sums.ranks + sums.rankOf[x]!]! += copies;
        const ways = last - first;
        if (ways === 1) sent[sentRow + slotsOf[first]!] = copies;
        else if (shares !== undefined && ways > 1) shares.deal(x, copies, source, of, sent);
        else this.#dealEvenly(copies, source, slotsOf, first, ways, sentRow);
        for (let i = first; i < last; i++) {
          const slot = slotsOf[i]!;
          const given = sent[sentRow + slot]!;
          rows[slot]! += given;
          if (sentTo !== undefined) byRank[rankRow + rankOf[slot]!]! += given;
          if (sums !== undefined) sums.own[source * sums.ranks + rankOf[slot]!]! += given;
        }
      }
      if (sentTo === undefined) continue;
      if (end > row) sentTo.lists.look(source, byRank);
      sentTo.bySource[source] = all;
    }
  }

  /** Deals `copies` in turn over `ways` slots from `first` on. */
  #dealEvenly(copies: number, source: number, slotsOf: Int32Array, first: number, ways: number, row: number): void {
    const each = Math.floor(copies / ways);
    const left = copies - each * ways;
    for (let way = 0; way < ways; way++) {
      this.sent[row + slotsOf[first + ((source + way) % ways)]!] = each + Math.max(0, Math.min(1, left - way));
    }
  }
}
