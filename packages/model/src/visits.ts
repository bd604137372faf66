/** On which rank each expert lies, and on which node each rank, as those see it who send tokens there. */
export interface ExpertPlaces {
  /** [experts] ranks are numbered from 0. */
  readonly rankOf: Int32Array;
  /** [ranks] nodes are numbered from 0. */
  readonly nodeOf: Int32Array;
  readonly nodes: number;
}

/** How many tokens of each source have at least one copy for a rank, and for a node. A token goes once to each of them. */
export interface Visits {
  readonly places: ExpertPlaces;
  /** [sources × ranks] */
  readonly toRanks: Float64Array;
  /** [sources × nodes] */
  readonly toNodes: Float64Array;
}

export function createVisits(sources: number, places: ExpertPlaces): Visits {
  const { nodeOf, nodes } = places;
  return { places, toRanks: new Float64Array(sources * nodeOf.length), toNodes: new Float64Array(sources * nodes) };
}

/** Sets the visits of `source` to none. */
export function clearVisits({ places, toRanks, toNodes }: Visits, source: number): void {
  const ranks = places.nodeOf.length;
  toRanks.fill(0, source * ranks, (source + 1) * ranks);
  toNodes.fill(0, source * places.nodes, (source + 1) * places.nodes);
}

/** As `sumCopies`, of all sources. */
export function sumAllCopies(copies: Float64Array, sources: number, { places, toRanks, toNodes }: Visits): void {
  const { rankOf, nodeOf, nodes } = places;
  const ranks = nodeOf.length;
  const experts = rankOf.length;
  toRanks.fill(0);
  toNodes.fill(0);
  for (let source = 0, at = 0; source < sources; source++) {
    for (let e = 0; e < experts; e++, at++) {
      const sent = copies[at]!;
      if (sent === 0) continue;
      const rank = rankOf[e]!;
      toRanks[source * ranks + rank]! += sent;
      toNodes[source * nodes + nodeOf[rank]!]! += sent;
    }
  }
}

/** Sums of the copies of `source` by rank into `toRanks`, and by node into `toNodes`: its visits where each token has one copy. */
export function sumCopies(copies: Float64Array, source: number, { places, toRanks, toNodes }: Visits): void {
  const { rankOf, nodeOf, nodes } = places;
  const ranks = nodeOf.length;
  const experts = rankOf.length;
  toRanks.fill(0, source * ranks, (source + 1) * ranks);
  toNodes.fill(0, source * nodes, (source + 1) * nodes);
  for (let e = 0; e < experts; e++) {
    const sent = copies[source * experts + e]!;
    if (sent === 0) continue;
    const rank = rankOf[e]!;
    toRanks[source * ranks + rank]! += sent;
    toNodes[source * nodes + nodeOf[rank]!]! += sent;
  }
}
