import type { NodePattern } from "../node-pattern.ts";

/** Most bytes that a rank gets over the fabric: what all but its own node bring, `all` less theirs, divided among the ranks of the node. `bytes` [ranks] */
export function mostGathered(bytes: Float64Array, all: number, { nodes, nodeOf, ranksOfNode }: NodePattern): number {
  const brought = new Float64Array(nodes);
  for (let i = 0; i < nodeOf.length; i++) brought[nodeOf[i]!]! += bytes[i]!;
  let most = 0;
  for (let node = 0; node < nodes; node++) most = Math.max(most, (all - brought[node]!) / ranksOfNode[node]!);
  return most;
}
