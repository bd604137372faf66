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

/** In one go, where slots are in order: sums of the copies by expert, by rank, and where `sent` is given by source and rank. Without branches that nobody could foretell. */
export function sumDrawn(
  { copies, lists, routed, chosen }: Drawn,
  { offsets, rankOf }: ExpertSlots,
  of: RankRows,
  sent?: SentCopies,
): void {
  const ranks = offsets.length - 1;
  makeRoom(of, ranks);
  sent?.makeRoom(ranks);
  const { rankRows, rankActive } = of;
  for (let e = 0; e < ranks; e++) {
    rankRows[e] = 0;
    rankActive[e] = 0;
  }
  chosen.clear(0, routed);
  const chosenPlaces = chosen.places;
  const { places, lengths, columns } = lists;
  const byRank = sent?.byRank ?? NONE;
  const sentPlaces = sent?.lists.places;
  let count = 0;
  for (let source = 0; source < lengths.length; source++) {
    const row = source * columns;
    const first = source * ranks;
    sent?.lists.clear(source, byRank);
    let next = first;
    let been = 0; // ranks, where a word has a bit for each
    for (let at = row, end = row + lengths[source]!; at < end; at++) {
      const x = places[at]!;
      const rank = rankOf[x]!;
      const own = copies[row + x]!;
      const before = routed[x]!;
      routed[x] = before + own;
      rankRows[rank]! += own;
      if (before === 0) {
        chosenPlaces[count++] = x;
        rankActive[rank]!++;
      }
      if (sentPlaces === undefined) continue;
      been |= 1 << rank;
      if (ranks > WORD && byRank[first + rank] === 0) sentPlaces[next++] = rank;
      byRank[first + rank]! += own;
    }
    if (sentPlaces === undefined) continue;
    if (ranks > WORD) been = 0;
    for (; been !== 0; been &= been - 1) sentPlaces[next++] = WORD - 1 - Math.clz32(been & -been);
    sent!.lists.lengths[source] = next - first;
  }
  chosen.lengths[0] = count;
}

const NONE = new Float64Array(0);
