import { Lists } from "@tokenyard/model";
import type { ExpertSlots } from "@tokenyard/placement";

/** Copies of one layer, by expert and by slot. */
interface Copies {
  /** [data groups × experts], and where there are any */
  readonly copies: Float64Array;
  readonly lists: Lists;
  /** [data groups × slots]; where slots are in order, `copies` */
  readonly sent: Float64Array;
}

/** Copies that each source sends to each of the experts' ranks. */
export class SentCopies {
  /** [data groups × experts' ranks], and where there are any */
  byRank: Float64Array = new Float64Array(0);
  lists = new Lists(0, 0);
  /** [data groups] all that each sends, where `sumDrawn` filled this */
  readonly bySource: Float64Array;
  readonly #sources: number;
  // Where these are not the copies by expert:
  #ownByRank: Float64Array = this.byRank;
  #ownLists = this.lists;

  constructor(dataGroups: number) {
    this.#sources = dataGroups;
    this.bySource = new Float64Array(dataGroups);
  }

  /** Columns for so many ranks. */
  makeRoom(ranks: number): void {
    if (this.#ownLists.columns !== ranks) {
      this.#ownByRank = new Float64Array(this.#sources * ranks);
      this.#ownLists = new Lists(this.#sources, ranks);
    }
    this.byRank = this.#ownByRank;
    this.lists = this.#ownLists;
  }

  /** Each rank has one expert, with its number: they are these. */
  take({ copies, lists }: Pick<Copies, "copies" | "lists">): void {
    this.byRank = copies;
    this.lists = lists;
  }

  sum(of: Copies, slots: ExpertSlots): void {
    this.makeRoom(slots.offsets.length - 1);
    for (let source = 0; source < this.#sources; source++) {
      this.lists.clear(source, this.byRank);
      if (of.lists.lengths[source] === 0) continue;
      if (slots.inOrder) this.#sumListed(source, of, slots);
      else this.#sumSlots(source, of, slots);
    }
  }

  /** What `source` sends, expert by expert, which are the slots. */
  #sumListed(source: number, { copies, lists: { places, lengths, columns } }: Copies, { rankOf }: ExpertSlots): void {
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

  /** What `source` sends to the slots of the experts that it has copies for. */
  #sumSlots(source: number, { lists, sent }: Copies, { firstOf, slotsOf, rankOf, expertIn }: ExpertSlots): void {
    const { places, lengths, columns } = lists;
    const row = source * columns;
    const first = source * this.lists.columns;
    const firstSlot = source * expertIn.length;
    for (let at = row, end = row + lengths[source]!; at < end; at++) {
      const x = places[at]!;
      for (let i = firstOf[x]!, last = firstOf[x + 1]!; i < last; i++) {
        const slot = slotsOf[i]!;
        const place = first + rankOf[slot]!;
        this.byRank[place] = this.byRank[place]! + sent[firstSlot + slot]!;
      }
    }
    this.lists.look(source, this.byRank);
  }
}
