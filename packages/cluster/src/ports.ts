import type { NodePattern } from "./node-pattern.ts";

/** Bytes through the four ports of each member of a group [members], one direction each. */
export class Ports {
  readonly members: number;
  readonly nodeOut: Float64Array;
  readonly nodeIn: Float64Array;
  readonly fabricOut: Float64Array;
  readonly fabricIn: Float64Array;

  constructor(members: number) {
    this.members = members;
    this.nodeOut = new Float64Array(members);
    this.nodeIn = new Float64Array(members);
    this.fabricOut = new Float64Array(members);
    this.fabricIn = new Float64Array(members);
  }

  /** Counts `bytes` [members × members], row to column, anew: those to another node through the fabric ports only, the diagonal nowhere. */
  count(bytes: Float64Array, { runStart, runNode }: NodePattern): void {
    const n = this.members;
    this.nodeIn.fill(0);
    this.fabricIn.fill(0);
    for (let home = 0; home < runNode.length; home++) {
      for (let from = runStart[home]!; from < runStart[home + 1]!; from++) {
        let nodeOut = 0;
        let fabricOut = 0;
        for (let run = 0; run < runNode.length; run++) {
          const start = runStart[run]!;
          const end = runStart[run + 1]!;
          if (runNode[run] !== runNode[home]) fabricOut += moved(bytes, from * n, start, end, this.fabricIn);
          else if (run !== home) nodeOut += moved(bytes, from * n, start, end, this.nodeIn);
          else nodeOut += moved(bytes, from * n, start, from, this.nodeIn) + moved(bytes, from * n, from + 1, end, this.nodeIn);
        }
        this.nodeOut[from] = nodeOut;
        this.fabricOut[from] = fabricOut;
      }
    }
  }

  /**
   * Counts anew what goes once to each node and there once to each member: `toMembers` [members × members] from row to column, of which all on
   * another node comes over the fabric as `toNodes` [members × nodes], to the member there that has the sender's place, who passes it on.
   */
  countOnce(toMembers: Float64Array, toNodes: Float64Array, pattern: NodePattern): void {
    const n = this.members;
    const { nodes, nodeOf, ranksOfNode, members, memberStart, placeOf } = pattern;
    this.nodeOut.fill(0);
    this.nodeIn.fill(0);
    this.fabricOut.fill(0);
    this.fabricIn.fill(0);
    for (let from = 0; from < n; from++) {
      for (let node = 0; node < nodes; node++) {
        const start = memberStart[node]!;
        const count = ranksOfNode[node]!;
        let by = from; // who hands it out on the node
        if (node !== nodeOf[from]) {
          const sent = toNodes[from * nodes + node]!;
          if (sent === 0) continue;
          by = members[start + (placeOf[from]! % count)]!;
          this.fabricOut[from]! += sent;
          this.fabricIn[by]! += sent;
        }
        for (let m = start; m < start + count; m++) {
          const to = members[m]!;
          if (to === by) continue;
          const sent = toMembers[from * n + to]!;
          this.nodeOut[by]! += sent;
          this.nodeIn[to]! += sent;
        }
      }
    }
  }
}

/** Adds what one row sends to the columns `start … end − 1` to their `arrived`, and returns the sum. */
function moved(bytes: Float64Array, row: number, start: number, end: number, arrived: Float64Array): number {
  let sum = 0;
  for (let to = start; to < end; to++) {
    const sent = bytes[row + to]!;
    sum += sent;
    arrived[to]! += sent;
  }
  return sum;
}
