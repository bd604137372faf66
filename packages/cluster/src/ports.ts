import type { NodePattern } from "./node-pattern.ts";
import type { TokenFlows } from "./token-flows.ts";

/** Bytes, or tokens, through the four ports of each member of a group [members], one direction each. */
export class Ports {
  readonly members: number;
  readonly nodeOut: Float64Array;
  readonly nodeIn: Float64Array;
  readonly fabricOut: Float64Array;
  readonly fabricIn: Float64Array;
  /** Members that each talks to through its node port, at most in one direction. */
  readonly nodePeers: Float64Array;
  /** Peers through its fabric port: members, or nodes where a token crosses once to each. */
  readonly fabricPeers: Float64Array;
  /** Members, or nodes, that each hears from. */
  readonly #nodeSources: Float64Array;
  readonly #fabricSources: Float64Array;
  /** Clears all columns. */
  readonly #all: Float64Array;
  /** [members × most ranks of a node] whether the row hands anything to the member of that place on its node */
  #reached = new Uint8Array(0);

  constructor(members: number) {
    this.members = members;
    this.#all = new Float64Array(8 * members);
    const column = (number: number) => this.#all.subarray(number * members, (number + 1) * members);
    this.nodeOut = column(0);
    this.nodeIn = column(1);
    this.fabricOut = column(2);
    this.fabricIn = column(3);
    this.nodePeers = column(4);
    this.fabricPeers = column(5);
    this.#nodeSources = column(6);
    this.#fabricSources = column(7);
  }

  /** Clears, then counts `bytes` [members × members], row to column: those to another node through the fabric ports only, the diagonal nowhere. */
  count(bytes: Float64Array, { runStart, runNode }: NodePattern): void {
    const n = this.members;
    this.clear();
    for (let home = 0; home < runNode.length; home++) {
      for (let from = runStart[home]!; from < runStart[home + 1]!; from++) {
        for (let run = 0; run < runNode.length; run++) {
          const start = runStart[run]!;
          const end = runStart[run + 1]!;
          if (runNode[run] !== runNode[home]) this.#moveRow(bytes, from * n, from, start, end, true);
          else if (run !== home) this.#moveRow(bytes, from * n, from, start, end, false);
          else {
            this.#moveRow(bytes, from * n, from, start, from, false);
            this.#moveRow(bytes, from * n, from, from + 1, end, false);
          }
        }
      }
    }
    this.raisePeers();
  }

  /**
   * Clears, then counts tokens that go once to each node and there once to each member: bytes of `flows` for another node cross the fabric
   * once to the member there at the sender's index, which forwards them; a token has `tokenBytes`.
   */
  countOnce(flows: TokenFlows, tokenBytes: number, { nodeOf, ranksOfNode, members, memberStart, placeOf, mostRanks }: NodePattern): void {
    const { nodeOut, nodeIn, fabricOut, fabricIn } = this;
    const { pairs, from, to, tokens, crossings, sender, node, crossed } = flows;
    this.clear();
    if (this.#reached.length !== this.members * mostRanks) this.#reached = new Uint8Array(this.members * mostRanks);
    else this.#reached.fill(0);
    for (let i = 0; i < crossings; i++) {
      const by = sender[i]!;
      if (nodeOf[by] === node[i] || crossed[i] === 0) continue;
      const first = members[memberStart[node[i]!]! + (placeOf[by]! % ranksOfNode[node[i]!]!)]!;
      const bytes = crossed[i]! * tokenBytes;
      fabricOut[by]! += bytes;
      fabricIn[first]! += bytes;
      this.fabricPeers[by]!++;
      this.#fabricSources[first]!++;
    }
    for (let i = 0; i < pairs; i++) {
      const there = to[i]!;
      const home = nodeOf[there]!;
      // the member that forwards it on the node
      const by = nodeOf[from[i]!] === home ? from[i]! : members[memberStart[home]! + (placeOf[from[i]!]! % ranksOfNode[home]!)]!;
      if (there === by || tokens[i] === 0) continue;
      const bytes = tokens[i]! * tokenBytes;
      nodeOut[by]! += bytes;
      nodeIn[there]! += bytes;
      const cell = by * mostRanks + placeOf[there]!;
      if (this.#reached[cell] !== 0) continue; // the same neighbour for several senders is one peer
      this.#reached[cell] = 1;
      this.nodePeers[by]!++;
      this.#nodeSources[there]!++;
    }
    this.raisePeers();
  }

  /** Adds what `from` sends `to`, a pair that was not added since `clear`. To be followed by `raisePeers`. */
  move(from: number, to: number, sent: number, isFar: boolean): void {
    const all = this.#all;
    const n = this.members;
    const far = isFar ? n : 0; // columns of a node come before those of the fabric, in an order that no branch predictor foresees
    all[2 * far + from]! += sent;
    all[2 * far + n + to]! += sent;
    all[4 * n + far + from]!++;
    all[6 * n + far + to]!++;
  }

  /** Adds one token, or copy, from `from` to `to`; `isNew`: it is the first of that pair. To be followed by `raisePeers`. */
  moveOne(from: number, to: number, isFar: boolean, isNew: boolean): void {
    const all = this.#all;
    const n = this.members;
    const far = isFar ? n : 0;
    all[2 * far + from]! += 1;
    all[2 * far + n + to]! += 1;
    if (!isNew) return;
    all[4 * n + far + from]!++;
    all[6 * n + far + to]!++;
  }

  /** Nothing goes through them yet. */
  clear(): void {
    this.#all.fill(0);
  }

  /** A member's peers are those it sends to, or those it hears from, whichever are more. */
  raisePeers(): void {
    for (let i = 0; i < this.members; i++) {
      this.nodePeers[i] = Math.max(this.nodePeers[i]!, this.#nodeSources[i]!);
      this.fabricPeers[i] = Math.max(this.fabricPeers[i]!, this.#fabricSources[i]!);
    }
  }

  /** Adds the bytes of `row` that member `from` sends to the members `start … end − 1`, over the fabric or in its node. */
  #moveRow(bytes: Float64Array, row: number, from: number, start: number, end: number, isFar: boolean): void {
    const arrived = isFar ? this.fabricIn : this.nodeIn;
    const sources = isFar ? this.#fabricSources : this.#nodeSources;
    let sum = 0;
    let peers = 0;
    for (let to = start; to < end; to++) {
      const sent = bytes[row + to]!;
      if (sent === 0) continue;
      sum += sent;
      peers++;
      arrived[to]! += sent;
      sources[to]!++;
    }
    if (isFar) {
      this.fabricOut[from]! += sum;
      this.fabricPeers[from]! += peers;
    } else {
      this.nodeOut[from]! += sum;
      this.nodePeers[from]! += peers;
    }
  }
}
