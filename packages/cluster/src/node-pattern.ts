/** How a group of ranks lies over the nodes. */
export interface NodePattern {
  /** Nodes that hold at least one of the ranks. */
  readonly nodes: number;
  /** Ranks on the fullest of them, and on the emptiest. */
  readonly mostRanks: number;
  readonly fewestRanks: number;
  /** Runs of neighbours in the group that share a node: run i is members `runStart[i] … runStart[i + 1] − 1`, all on node `runNode[i]`. */
  readonly runStart: Int32Array; // [runs + 1]
  readonly runNode: Int32Array; // [runs]
}

export function nodePatternOf(ranks: ArrayLike<number>, gpusPerNode: number): NodePattern {
  const starts: number[] = [];
  const nodes: number[] = [];
  const ranksOfNode = new Map<number, number>();
  for (let i = 0; i < ranks.length; i++) {
    const node = Math.floor(ranks[i]! / gpusPerNode);
    if (node !== nodes.at(-1)) {
      starts.push(i);
      nodes.push(node);
    }
    ranksOfNode.set(node, (ranksOfNode.get(node) ?? 0) + 1);
  }
  const counts = [...ranksOfNode.values()];
  return {
    nodes: counts.length,
    mostRanks: counts.reduce((most, count) => Math.max(most, count), 0),
    fewestRanks: counts.reduce((fewest, count) => Math.min(fewest, count), ranks.length),
    runStart: Int32Array.from([...starts, ranks.length]),
    runNode: Int32Array.from(nodes),
  };
}
