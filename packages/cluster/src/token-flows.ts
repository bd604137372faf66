/** Tokens, or parts of them, that go from members of a group to others, and to nodes, each pair once, in any order. Numbers are places in the group, and nodes in the order in which it meets them. */
export class TokenFlows {
  /** Number of pairs of members that exchange tokens, and which. */
  pairs = 0;
  from = new Int32Array(FEW);
  to = new Int32Array(FEW);
  tokens = new Float64Array(FEW);
  /** Number of crossings from members to nodes; a member's own node does not count. */
  crossings = 0;
  sender = new Int32Array(FEW);
  node = new Int32Array(FEW);
  crossed = new Float64Array(FEW);

  clear(): void {
    this.pairs = 0;
    this.crossings = 0;
  }

  send(from: number, to: number, tokens: number): void {
    const at = this.pairs++;
    if (at === this.from.length) {
      this.from = longer(this.from);
      this.to = longer(this.to);
      this.tokens = longer(this.tokens);
    }
    this.from[at] = from;
    this.to[at] = to;
    this.tokens[at] = tokens;
  }

  cross(sender: number, node: number, tokens: number): void {
    const at = this.crossings++;
    if (at === this.sender.length) {
      this.sender = longer(this.sender);
      this.node = longer(this.node);
      this.crossed = longer(this.crossed);
    }
    this.sender[at] = sender;
    this.node[at] = node;
    this.crossed[at] = tokens;
  }
}

const FEW = 64;

function longer<Column extends Int32Array | Float64Array>(column: Column): Column {
  const long = new (column.constructor as new (length: number) => Column)(2 * column.length);
  long.set(column);
  return long;
}

/** The flows of tables: `toRanks` [n × n], `toNodes` [n × nodes]. */
export function flowsOf(toRanks: ArrayLike<number>, toNodes: ArrayLike<number>, members: number): TokenFlows {
  const flows = new TokenFlows();
  const nodes = toNodes.length / members;
  for (let from = 0; from < members; from++) {
    for (let to = 0; to < members; to++) if (toRanks[from * members + to] !== 0) flows.send(from, to, toRanks[from * members + to]!);
    for (let node = 0; node < nodes; node++) if (toNodes[from * nodes + node] !== 0) flows.cross(from, node, toNodes[from * nodes + node]!);
  }
  return flows;
}
