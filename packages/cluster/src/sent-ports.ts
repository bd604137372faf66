import type { NodePattern } from "./node-pattern.ts";
import { Ports } from "./ports.ts";

/** Traffic between members of a group, counted by ports as one member after another sends: nothing is stored by pair. */
export class SentPorts {
  /** Counts in tokens or copies; complete after `end`. */
  readonly ports: Ports;
  readonly pattern: NodePattern;
  /** Whether tokens cross once to a node and are forwarded there; else each copy is sent by itself. */
  isHandedOn = false;
  /** [most ranks of a node × nodes] the member on a node that receives what members at that index send to the node */
  readonly #first: Int32Array;
  /** [members × most ranks of a node] tokens that each forwards to the member at that index on its node */
  readonly #handed: Int32Array;
  /** [nodes] the token that crossed there last */
  readonly #tokenAt: Int32Array;
  /** [nodes, or members] the sender whose tokens, or copies, came there last */
  readonly #senderAt: Int32Array;
  #from = -1;
  #home = -1;
  #sender = 0;
  #token = 0;

  constructor(pattern: NodePattern) {
    const { nodes, nodeOf, mostRanks, members, memberStart, ranksOfNode } = pattern;
    this.ports = new Ports(nodeOf.length);
    this.pattern = pattern;
    this.#first = Int32Array.from({ length: mostRanks * nodes }, (_, i) => {
      const node = i % nodes;
      return members[memberStart[node]! + (Math.floor(i / nodes) % ranksOfNode[node]!)]!;
    });
    this.#handed = new Int32Array(nodeOf.length * mostRanks);
    this.#tokenAt = new Int32Array(nodes);
    this.#senderAt = new Int32Array(nodeOf.length);
  }

  /** Nothing is sent yet. */
  clear(isHandedOn: boolean): void {
    this.isHandedOn = isHandedOn;
    this.ports.clear();
    this.#handed.fill(0);
    this.#tokenAt.fill(0);
    this.#senderAt.fill(0);
    this.#from = -1;
    this.#sender = 0;
    this.#token = 0;
  }

  /** Another token follows, of member `from`; all of its tokens in a row. */
  begin(from: number): void {
    this.#token++;
    if (from === this.#from) return;
    this.#from = from;
    this.#home = this.pattern.nodeOf[from]!;
    this.#sender++;
  }

  /** Sends the token to `to`: once, if it is forwarded; else once for each of its copies. */
  send(to: number): void {
    if (this.isHandedOn) this.#sendOnce(to);
    else this.#sendCopy(to);
  }

  /** Ends the counting. */
  end(): void {
    const { members, memberStart, ranksOfNode, nodeOf, placeOf, mostRanks } = this.pattern;
    for (let by = 0; by < nodeOf.length; by++) {
      const start = memberStart[nodeOf[by]!]!;
      for (let place = 0; place < ranksOfNode[nodeOf[by]!]!; place++) {
        const tokens = place === placeOf[by] ? 0 : this.#handed[by * mostRanks + place]!;
        if (tokens > 0) this.ports.move(by, members[start + place]!, tokens, false); // for several senders one peer
      }
    }
    this.ports.raisePeers();
  }

  /** Sends over the fabric to the member at the sender's index on the node, which forwards it. */
  #sendOnce(to: number): void {
    const { nodeOf, placeOf, mostRanks, nodes } = this.pattern;
    const node = nodeOf[to]!;
    let by = this.#from;
    if (node !== this.#home) {
      by = this.#first[placeOf[by]! * nodes + node]!;
      if (this.#tokenAt[node] !== this.#token) {
        this.#tokenAt[node] = this.#token;
        this.ports.moveOne(this.#from, by, true, this.#senderAt[node] !== this.#sender);
        this.#senderAt[node] = this.#sender;
      }
    }
    this.#handed[by * mostRanks + placeOf[to]!]! += 1; // its own tokens are left out at the end
  }

  #sendCopy(to: number): void {
    if (to === this.#from) return;
    this.ports.moveOne(this.#from, to, this.pattern.nodeOf[to] !== this.#home, this.#senderAt[to] !== this.#sender);
    this.#senderAt[to] = this.#sender;
  }
}
