import type { LawNode } from "./law-node.ts";

/** Bytes of a number in a table, and of a node or a draw beside its numbers. */
const OF_NUMBER = 8;
const OF_NODE = 200;
const OF_LOAD = 80;

/** The nodes of a table that are known so far. All follow from the table's key alone, so that any run may add to them. */
export class LawNodes {
  /** Nodes by tokens. */
  readonly nodes = new Map<number, LawNode>();
  /** By tokens, then by those of the fullest data group: as `LawRows` has them, of exchanges alone. */
  readonly exchanges = new Map<number, Map<number, Float64Array>>();
  #count = 0;
  #bytes = 0;

  /** Nodes, of exchanges too. */
  get count(): number {
    return this.#count;
  }

  /** Approximate bytes in memory. */
  get bytes(): number {
    return this.#bytes;
  }

  addNode(node: LawNode): void {
    if (this.nodes.has(node.tokens)) return;
    this.nodes.set(node.tokens, node);
    this.#count++;
    this.#bytes += OF_NODE + OF_NUMBER * node.means.length + OF_LOAD * node.loads.length;
  }

  addExchange(tokens: number, fullest: number, means: Float64Array): void {
    const known = this.exchanges.get(tokens) ?? new Map<number, Float64Array>();
    if (known.has(fullest)) return;
    this.exchanges.set(tokens, known.set(fullest, means));
    this.#count++;
    this.#bytes += OF_NODE + OF_NUMBER * means.length;
  }

  /** Adds those of `others` that it lacks. */
  addAll(others: LawNodes): void {
    for (const node of others.nodes.values()) this.addNode(node);
    for (const [tokens, known] of others.exchanges) for (const [fullest, means] of known) this.addExchange(tokens, fullest, means);
  }
}
