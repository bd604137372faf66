import type { NodePattern } from "../node-pattern.ts";

/**
 * Most bytes that a rank receives over the fabric: those of all nodes but its own, divided among the ranks of the node. `bytes` [ranks],
 * `room` [nodes, or more] for intermediate results
 */
export function mostGathered(bytes: Float64Array, all: number, { nodes, nodeOf, ranksOfNode }: NodePattern, room: Float64Array): number {
  const brought = room.fill(0, 0, nodes);
  for (let i = 0; i < nodeOf.length; i++) brought[nodeOf[i]!]! += bytes[i]!;
  let most = 0;
  for (let node = 0; node < nodes; node++) most = Math.max(most, (all - brought[node]!) / ranksOfNode[node]!);
  return most;
}
