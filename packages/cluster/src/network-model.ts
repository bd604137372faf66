import { CopyPorts } from "./copy-ports.ts";
import { areOfOneNode, type NodePattern, nodePatternOf } from "./node-pattern.ts";
import { Ports } from "./ports.ts";
import { SentPorts } from "./sent-ports.ts";
import type { TokenFlows } from "./token-flows.ts";
import { addBytes, type ExchangeKernels, type Traffic } from "./traffic.ts";

export type Collective = "all-reduce" | "all-gather" | "reduce-scatter" | "broadcast";

/** An exchange of a group, by the ports that it goes through. */
export interface CountedExchange {
  /** Counts of bytes, or of copies or tokens with a number of bytes each. */
  readonly ports: Ports;
  readonly pattern: NodePattern;
  /** Whether tokens that cross to a node are forwarded there. */
  readonly isHandedOn: boolean;
}

/**
 * Model of the time of traffic between ranks on an otherwise idle network. Ranks are global ids; node = ⌊rank / gpusPerNode⌋. A group's
 * `ranks` are distinct. The array's identity may serve as a key: callers keep it and do not change it. A network needs a name and three
 * functions, which are asked for bytes that move; all else follows from them, and may be overridden.
 */
export abstract class NetworkModel {
  /** Name in reports. */
  abstract readonly name: string;
  readonly #gpusPerNode: number;
  readonly #patterns = new WeakMap<ArrayLike<number>, NodePattern>();
  /** The exchange that is timed. */
  readonly #counted: { ports: Ports; pattern: NodePattern; isHandedOn: boolean };

  constructor(gpusPerNode: number) {
    this.#gpusPerNode = gpusPerNode;
    this.#counted = { ports: new Ports(0), pattern: nodePatternOf([], gpusPerNode), isHandedOn: false };
  }

  /** Seconds for `bytes` from one rank to another, with all latencies. */
  abstract linkSeconds(bytes: number, from: number, to: number, traffic?: Traffic): number;

  /**
   * Seconds until at least two `ranks` have the result of a collective over `bytes`: those of each rank in an all-reduce, those of the first
   * in a broadcast, those of all ranks together otherwise, of which `parts` [n] are each rank's.
   */
  abstract collectiveSeconds(kind: Collective, bytes: number, ranks: ArrayLike<number>, traffic?: Traffic, parts?: Float64Array): number;

  /** Fills `out` [n] with the seconds of each member in an exchange of `unitBytes` for each unit of its ports; 0 with nothing to move. */
  abstract exchangeSeconds(
    exchange: CountedExchange,
    unitBytes: number,
    out: Float64Array,
    traffic?: Traffic,
    kernels?: ExchangeKernels,
  ): void;

  /** Whether transfers that overlap in time slow each other down: then passes are carried out op by op. */
  get contends(): boolean {
    return false;
  }

  /** Whether a combine takes the time of its dispatch, for equal bytes. */
  get turnsRound(): boolean {
    return false;
  }

  /** Phrases for traffic that tables correct but have no rows for on its numbers of ranks and nodes. Only networks with tables have it. */
  get unmeasured(): readonly string[] | undefined {
    return undefined;
  }

  /** Seconds until the first byte is there; 0 from a rank to itself, and where all of the time counts as that of the link. */
  latencySeconds(_from: number, _to: number): number {
    return 0;
  }

  /** Seconds for `bytes` from one rank to another; 0 when there are none, or the ranks are the same. Adds the bytes to `traffic`, as all others do. */
  sendSeconds(bytes: number, from: number, to: number, traffic?: Traffic): number {
    if (bytes === 0 || from === to) return 0;
    if (traffic !== undefined) {
      if (areOfOneNode(from, to, this.#gpusPerNode)) traffic.nodeBytes += bytes;
      else traffic.fabricBytes += bytes;
    }
    return this.linkSeconds(bytes, from, to, traffic);
  }

  /** Seconds of a transfer over enough streams to fill the link: caches and weights, which no kernel waits for. */
  transferSeconds(bytes: number, from: number, to: number): number {
    return this.sendSeconds(bytes, from, to);
  }

  /** Seconds until all `ranks` hold the sum of their `bytes` each; 0 for one rank, or no bytes. */
  allReduceSeconds(bytes: number, ranks: ArrayLike<number>, traffic?: Traffic): number {
    const n = ranks.length;
    if (n <= 1 || bytes === 0) return 0;
    if (traffic !== undefined) {
      const { nodes } = this.patternOf(ranks);
      traffic.nodeBytes += (nodes === 1 ? this.sentInNode(bytes, n) : 2 * (n - nodes)) * bytes; // each node of k ranks moves 2(k−1)·S
      if (nodes > 1) traffic.fabricBytes += 2 * (nodes - 1) * bytes;
    }
    return this.collectiveSeconds("all-reduce", bytes, ranks, traffic);
  }

  /** How many times n ranks of one node send `bytes` in an all-reduce, all together. */
  sentInNode(_bytes: number, n: number): number {
    return 2 * (n - 1);
  }

  /**
   * Seconds until all n `ranks` hold the parts of all, `bytes` [n]; 0 for one rank, or no bytes. A reduce-scatter (`isScatter`) is the
   * reverse: each rank keeps the sum of its own part.
   */
  allGatherSeconds(bytes: Float64Array, ranks: ArrayLike<number>, traffic?: Traffic, isScatter = false): number {
    const n = ranks.length;
    if (n <= 1) return 0;
    let all = 0;
    for (let i = 0; i < n; i++) all += bytes[i]!;
    if (all === 0) return 0;
    if (traffic !== undefined) this.#addOnce(all, ranks, traffic);
    return this.collectiveSeconds(isScatter ? "reduce-scatter" : "all-gather", all, ranks, traffic, bytes);
  }

  /** Seconds until all `ranks` hold the `bytes` that the first of them has; 0 for one rank, or no bytes. */
  broadcastSeconds(bytes: number, ranks: ArrayLike<number>, traffic?: Traffic): number {
    if (ranks.length <= 1 || bytes === 0) return 0;
    if (traffic !== undefined) this.#addOnce(bytes, ranks, traffic);
    return this.collectiveSeconds("broadcast", bytes, ranks, traffic);
  }

  /**
   * Fills `out` [n] with the seconds that each of the n `ranks` sends and receives; `bytes` [n × n] row-major go from row to column.
   * The diagonal is ignored; a rank with nothing to move takes 0. Allocates nothing once the group is known. With `kernels` it is an exchange of tokens.
   */
  allToAllSeconds(bytes: Float64Array, ranks: ArrayLike<number>, out: Float64Array, traffic?: Traffic, kernels?: ExchangeKernels): void {
    const { ports, pattern } = this.#countedFor(ranks, false);
    ports.count(bytes, pattern);
    this.copyExchangeSeconds(this.#counted, 1, out, traffic, kernels);
  }

  /** Counters for the copies of an exchange that members of `ranks` send each other. */
  copyPorts(ranks: ArrayLike<number>): CopyPorts {
    return new CopyPorts(this.patternOf(ranks));
  }

  /** Counters for tokens or copies that members of `ranks` send. */
  sentPorts(ranks: ArrayLike<number>): SentPorts {
    return new SentPorts(this.patternOf(ranks));
  }

  /**
   * Times of the copies that `counted` has, each of `copyBytes`, as `allToAllSeconds` returns them; those of `tokenExchangeSeconds` for
   * tokens that are forwarded.
   */
  copyExchangeSeconds(counted: CountedExchange, copyBytes: number, out: Float64Array, traffic?: Traffic, kernels?: ExchangeKernels): void {
    if (traffic !== undefined) addBytes(traffic, counted.ports, copyBytes);
    this.exchangeSeconds(counted, copyBytes, out, traffic, kernels);
  }

  /**
   * Seconds of an exchange of copies for a member of `ranks` that sends or receives at most `copies` copies of `copyBytes` to or from
   * others; undefined where its time depends on more than that number.
   */
  mostCopiesSeconds(_copies: number, _copyBytes: number, _ranks: ArrayLike<number>, _kernels?: ExchangeKernels): number | undefined {
    return undefined;
  }

  /**
   * Times of an exchange in which a token for several ranks of a node crosses the fabric once, by the `flows` between members and nodes of
   * the group; a token has `tokenBytes`.
   */
  tokenExchangeSeconds(
    flows: TokenFlows,
    tokenBytes: number,
    ranks: ArrayLike<number>,
    out: Float64Array,
    traffic?: Traffic,
    kernels?: ExchangeKernels,
  ): void {
    const { ports, pattern } = this.#countedFor(ranks, true);
    ports.countOnce(flows, tokenBytes, pattern);
    this.copyExchangeSeconds(this.#counted, 1, out, traffic, kernels);
  }

  /** How `ranks` are distributed over nodes. */
  protected patternOf(ranks: ArrayLike<number>): NodePattern {
    let pattern = this.#patterns.get(ranks);
    if (pattern === undefined) {
      pattern = nodePatternOf(ranks, this.#gpusPerNode);
      this.#patterns.set(ranks, pattern);
    }
    return pattern;
  }

  #addOnce(bytes: number, ranks: ArrayLike<number>, traffic: Traffic): void {
    const { nodes } = this.patternOf(ranks);
    traffic.nodeBytes += (ranks.length - nodes) * bytes;
    traffic.fabricBytes += (nodes - 1) * bytes;
  }

  #countedFor(ranks: ArrayLike<number>, isHandedOn: boolean): CountedExchange {
    const counted = this.#counted;
    if (counted.ports.members !== ranks.length) counted.ports = new Ports(ranks.length);
    counted.pattern = this.patternOf(ranks);
    counted.isHandedOn = isHandedOn;
    return counted;
  }
}
