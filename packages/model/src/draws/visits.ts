import { Lists } from "./lists.ts";

/** Rank of each expert, and node of each rank, as seen by the sources of tokens. */
export interface ExpertPlaces {
  /** [experts] ranks are numbered from 0. */
  readonly rankOf: Int32Array;
  /** [ranks] nodes are numbered from 0. */
  readonly nodeOf: Int32Array;
  readonly nodes: number;
  /** All slots of experts, if some have several: `rankOf` then refers to the first ones. */
  readonly slots?: SlotRanks;
}

/** Ranks of the slots of expert x: rankOfSlot[firstOf[x]] … rankOfSlot[firstOf[x + 1] − 1]. */
export interface SlotRanks {
  readonly firstOf: Int32Array;
  readonly rankOfSlot: Int32Array;
}

/** Number of tokens of each source with at least one copy for a rank, and for a node. A token is sent once to each of them. */
export interface Visits {
  readonly places: ExpertPlaces;
  /** [sources × ranks] */
  readonly toRanks: Float64Array;
  /** [sources × nodes] */
  readonly toNodes: Float64Array;
  /** Ranks for which `toRanks` is non-zero; `toNodes` is non-zero only on their nodes. Maintained by the code that fills in visits. */
  readonly ranks: Lists;
}

export function createVisits(sources: number, places: ExpertPlaces): Visits {
  const { nodeOf, nodes } = places;
  return {
    places,
    toRanks: new Float64Array(sources * nodeOf.length),
    toNodes: new Float64Array(sources * nodes),
    ranks: new Lists(sources, nodeOf.length),
  };
}

/** Sets the visits of `source` to none. */
export function clearVisits({ places, toRanks, toNodes, ranks }: Visits, source: number): void {
  if (ranks.lengths[source] === 0) return;
  toNodes.fill(0, source * places.nodes, (source + 1) * places.nodes);
  ranks.clear(source, toRanks);
}

/** Sums of the copies of `source` by rank, and by node, into `into`: its visits where each token has one copy. `lists` say where `copies` [sources × experts] has any, if that is known. */
export function sumCopies(copies: Float64Array, source: number, into: Visits, lists?: Lists): void {
  const { places, toRanks, toNodes, ranks } = into;
  const { rankOf, nodeOf, nodes } = places;
  const experts = rankOf.length;
  const first = source * experts;
  const firstRank = source * nodeOf.length;
  clearVisits(into, source);
  let next = firstRank;
  const count = lists === undefined ? experts : lists.lengths[source]!;
  for (let i = 0; i < count; i++) {
    const e = lists === undefined ? i : lists.places[first + i]!;
    const sent = copies[first + e]!;
    if (sent === 0) continue;
    const rank = rankOf[e]!;
    if (toRanks[firstRank + rank] === 0) ranks.places[next++] = rank;
    toRanks[firstRank + rank]! += sent;
    toNodes[source * nodes + nodeOf[rank]!]! += sent;
  }
  ranks.lengths[source] = next - firstRank;
}
