import { Lists } from "@tokenyard/model";
import type { ExpertSlots } from "@tokenyard/placement";

/** Copies of one layer by expert [data groups × experts], and where there are any. */
interface Copies {
  readonly copies: Float64Array;
  readonly lists: Lists;
}

/** Copies that each source sends to each of the experts' ranks. */
export class SentCopies {
  /** [data groups × experts' ranks], and where there are any */
  byRank: Float64Array = new Float64Array(0);
  lists = new Lists(0, 0);
  /** [sources] copies that each sends, if `sumDrawn` or `SlotCopies` filled this object */
  readonly bySource: Float64Array;
  readonly #sources: number;
  // Columns that are separate from the copies by expert:
  #ownByRank: Float64Array = this.byRank;
  #ownLists = this.lists;

  constructor(sources: number) {
    this.#sources = sources;
    this.bySource = new Float64Array(sources);
  }

  /** Allocates the columns of `ranks` ranks. */
  makeRoom(ranks: number): void {
    if (this.#ownLists.columns !== ranks) {
      this.#ownByRank = new Float64Array(this.#sources * ranks);
      this.#ownLists = new Lists(this.#sources, ranks);
    }
    this.byRank = this.#ownByRank;
    this.lists = this.#ownLists;
  }

  /** Each rank has one expert, with its number: they are these. */
  take({ copies, lists }: Copies): void {
    this.byRank = copies;
    this.lists = lists;
  }

  /** Sums up copies by rank where experts and slots have the same order. */
  sum({ copies, lists: { places, lengths, columns } }: Copies, { offsets, rankOf }: ExpertSlots): void {
    this.makeRoom(offsets.length - 1);
    for (let source = 0; source < this.#sources; source++) {
      this.lists.clear(source, this.byRank);
      const row = source * columns;
      const first = source * this.lists.columns;
      let next = first;
      for (let at = row, end = row + lengths[source]!; at < end; at++) {
        const sent = copies[row + places[at]!]!;
        if (sent === 0) continue;
        const rank = rankOf[places[at]!]!;
        if (this.byRank[first + rank] === 0) this.lists.places[next++] = rank;
        this.byRank[first + rank]! += sent;
      }
      this.lists.lengths[source] = next - first;
    }
  }
}
