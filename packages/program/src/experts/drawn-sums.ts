import type { Lists } from "@tokenyard/model";
import type { ExpertSlots } from "@tokenyard/placement";
import { makeRoom, type RankRows } from "./rank-rows.ts";
import type { SentCopies } from "./sent-copies.ts";

/** Copies of one layer by source and expert, as they were drawn, and by expert. */
interface Drawn {
  /** [data groups × experts], and where there are any */
  readonly copies: Float64Array;
  readonly lists: Lists;
  /** [experts], and those that have any: one row */
  readonly routed: Float64Array;
  readonly chosen: Lists;
}

const WORD = 32; // bits

/** Number of ranks up to which a scan is faster than a list of ranks with any copies. */
const FEW = 16;

/**
 * Sums in one pass where slots are in order: copies by expert, by rank, and, if `sent` is given, by source, and by source and rank. Without
 * branches that no predictor could foresee.
 */
export function sumDrawn(drawn: Drawn, slots: ExpertSlots, of: RankRows, sent?: SentCopies): void {
  const { routed, chosen } = drawn;
  const ranks = slots.offsets.length - 1;
  makeRoom(of, ranks);
  const { rankRows, rankActive } = of;
  for (let e = 0; e < ranks; e++) {
    rankRows[e] = 0;
    rankActive[e] = 0;
  }
  chosen.clear(0, routed);
  if (sent === undefined) chosen.lengths[0] = sumByRank(drawn, slots, of);
  else if (slots.most === 1 && ranks === slots.experts) chosen.lengths[0] = sumOneEach(drawn, of, sent);
  else chosen.lengths[0] = ranks <= FEW ? sumSentToFew(drawn, slots, of, sent) : sumSent(drawn, slots, of, sent);
}

/** Sums by expert alone. */
export function sumRouted({ copies, lists, routed, chosen }: Drawn): void {
  const { places, lengths, columns } = lists;
  chosen.clear(0, routed);
  let count = 0;
  for (let source = 0; source < lengths.length; source++) {
    const row = source * columns;
    for (let at = row, end = row + lengths[source]!; at < end; at++) {
      const x = places[at]!;
      const before = routed[x]!;
      chosen.places[count] = x; // stays where it is the first
      count += Number(before === 0);
      routed[x] = before + copies[row + x]!;
    }
  }
  chosen.lengths[0] = count;
}

/** Sums as `sumSent` does, where each rank has one expert, which has the rank's number. */
function sumOneEach(drawn: Drawn, { rankRows, rankActive }: RankRows, sent: SentCopies): number {
  const { copies, lists, routed, chosen } = drawn;
  const { bySource } = sent;
  const chosenPlaces = chosen.places;
  const { places, lengths, columns } = lists;
  sent.take(drawn);
  let count = 0;
  for (let source = 0; source < lengths.length; source++) {
    const row = source * columns;
    let all = 0;
    for (let at = row, end = row + lengths[source]!; at < end; at++) {
      const x = places[at]!;
      const own = copies[row + x]!;
      const before = routed[x]!;
      routed[x] = before + own;
      all += own;
      chosenPlaces[count] = x; // stays where it is the first
      count += Number(before === 0);
    }
    bySource[source] = all;
  }
  for (let e = 0; e < rankRows.length; e++) {
    rankRows[e] = routed[e]!;
    rankActive[e] = routed[e]! > 0 ? 1 : 0;
  }
  return count;
}

/** Returns how many experts are chosen. */
function sumByRank({ copies, lists, routed, chosen }: Drawn, { rankOf }: ExpertSlots, { rankRows, rankActive }: RankRows): number {
  const chosenPlaces = chosen.places;
  const { places, lengths, columns } = lists;
  let count = 0;
  for (let source = 0; source < lengths.length; source++) {
    const row = source * columns;
    for (let at = row, end = row + lengths[source]!; at < end; at++) {
      const x = places[at]!;
      const rank = rankOf[x]!;
      const own = copies[row + x]!;
      const before = routed[x]!;
      routed[x] = before + own;
      rankRows[rank]! += own;
      const isFirst = Number(before === 0);
      chosenPlaces[count] = x; // stays where it is the first
      count += isFirst;
      rankActive[rank]! += isFirst;
    }
  }
  return count;
}

/** Sums by source as well: the sum of a rank is taken over what sources send it, which are fewer than copies. */
function sumSent({ copies, lists, routed, chosen }: Drawn, { rankOf }: ExpertSlots, of: RankRows, sent: SentCopies): number {
  const { rankRows, rankActive } = of;
  const ranks = rankRows.length;
  sent.makeRoom(ranks);
  const { byRank, bySource } = sent;
  const sentPlaces = sent.lists.places;
  const sentLengths = sent.lists.lengths;
  const chosenPlaces = chosen.places;
  const { places, lengths, columns } = lists;
  let count = 0;
  for (let source = 0; source < lengths.length; source++) {
    sent.lists.clear(source, byRank);
    const row = source * columns;
    const first = source * ranks;
    let next = first;
    let been = 0; // ranks, where a word has a bit for each
    let all = 0;
    for (let at = row, end = row + lengths[source]!; at < end; at++) {
      const x = places[at]!;
      const rank = rankOf[x]!;
      const own = copies[row + x]!;
      const before = routed[x]!;
      routed[x] = before + own;
      all += own;
      const isFirst = Number(before === 0);
      chosenPlaces[count] = x; // stays where it is the first
      count += isFirst;
      rankActive[rank]! += isFirst;
      been |= 1 << rank;
      if (ranks > WORD && byRank[first + rank] === 0) sentPlaces[next++] = rank;
      byRank[first + rank]! += own;
    }
    bySource[source] = all;
    if (ranks > WORD) been = 0;
    for (; been !== 0; been &= been - 1) sentPlaces[next++] = WORD - 1 - Math.clz32(been & -been);
    for (let at = first; at < next; at++) rankRows[sentPlaces[at]!]! += byRank[first + sentPlaces[at]!]!;
    sentLengths[source] = next - first;
  }
  return count;
}

/** Sums for few ranks. */
function sumSentToFew({ copies, lists, routed, chosen }: Drawn, { rankOf }: ExpertSlots, of: RankRows, sent: SentCopies): number {
  const { rankRows, rankActive } = of;
  const ranks = rankRows.length;
  sent.makeRoom(ranks);
  const { byRank, bySource } = sent;
  const sentPlaces = sent.lists.places;
  const sentLengths = sent.lists.lengths;
  const chosenPlaces = chosen.places;
  const { places, lengths, columns } = lists;
  let count = 0;
  for (let source = 0; source < lengths.length; source++) {
    const row = source * columns;
    const first = source * ranks;
    for (let rank = 0; rank < ranks; rank++) byRank[first + rank] = 0;
    let all = 0;
    for (let at = row, end = row + lengths[source]!; at < end; at++) {
      const x = places[at]!;
      const rank = rankOf[x]!;
      const own = copies[row + x]!;
      const before = routed[x]!;
      const isFirst = Number(before === 0);
      routed[x] = before + own;
      all += own;
      chosenPlaces[count] = x; // stays where it is the first
      count += isFirst;
      rankActive[rank]! += isFirst;
      byRank[first + rank]! += own;
    }
    let next = first;
    for (let rank = 0; rank < ranks; rank++) {
      const own = byRank[first + rank]!;
      rankRows[rank]! += own;
      sentPlaces[next] = rank;
      next += Number(own !== 0);
    }
    bySource[source] = all;
    sentLengths[source] = next - first;
  }
  return count;
}
