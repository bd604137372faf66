/** Distribution of a group of ranks over nodes. */
export interface NodePattern {
  /** The group. */
  readonly ranks: ArrayLike<number>;
  /** Nodes that hold at least one of the ranks. */
  readonly nodes: number;
  /** Ranks on the fullest of them, and on the emptiest. */
  readonly mostRanks: number;
  readonly fewestRanks: number;
  /** [nodes] ranks on each node, in the order in which the group meets them; [ranks] the index of each rank's node */
  readonly ranksOfNode: Int32Array;
  readonly nodeOf: Int32Array;
  /** The members on each node, in their order, node after node [ranks]; those of a node begin at memberStart [nodes]. */
  readonly members: Int32Array;
  readonly memberStart: Int32Array;
  /** [ranks] index of each member among those of its node, from 0 */
  readonly placeOf: Int32Array;
  /** Runs of neighbours in the group that share a node: run i is members `runStart[i] … runStart[i + 1] − 1`, all on node `runNode[i]`. */
  readonly runStart: Int32Array; // [runs + 1]
  readonly runNode: Int32Array; // [runs]
}

export function nodePatternOf(ranks: ArrayLike<number>, gpusPerNode: number): NodePattern {
  const starts: number[] = [];
  const nodes: number[] = [];
  const places = new Map<number, number>();
  const counts: number[] = [];
  const placeOf = new Int32Array(ranks.length);
  const nodeOf = new Int32Array(ranks.length);
  for (let i = 0; i < ranks.length; i++) {
    const node = Math.floor(ranks[i]! / gpusPerNode);
    if (node !== nodes.at(-1)) {
      starts.push(i);
      nodes.push(node);
    }
    const place = places.get(node) ?? places.size;
    places.set(node, place);
    placeOf[i] = counts[place] ?? 0;
    counts[place] = placeOf[i]! + 1;
    nodeOf[i] = place;
  }
  const memberStart = new Int32Array(counts.length);
  for (let node = 1; node < counts.length; node++) memberStart[node] = memberStart[node - 1]! + counts[node - 1]!;
  const members = new Int32Array(ranks.length);
  for (let i = 0; i < ranks.length; i++) members[memberStart[nodeOf[i]!]! + placeOf[i]!] = i;
  return {
    ranks,
    members,
    memberStart,
    placeOf,
    nodes: counts.length,
    mostRanks: counts.reduce((most, count) => Math.max(most, count), 0),
    fewestRanks: counts.reduce((fewest, count) => Math.min(fewest, count), ranks.length),
    ranksOfNode: Int32Array.from(counts),
    nodeOf,
    runStart: Int32Array.from([...starts, ranks.length]),
    runNode: Int32Array.from(nodes),
  };
}

export function areOfOneNode(a: number, b: number, gpusPerNode: number): boolean {
  return Math.floor(a / gpusPerNode) === Math.floor(b / gpusPerNode);
}
