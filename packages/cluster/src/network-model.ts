import type { CopyPorts } from "./copy-ports.ts";
import type { SentPorts } from "./sent-ports.ts";
import type { TokenFlows } from "./token-flows.ts";

/** Bytes that left ranks, per tier. Methods that are given one add to it. */
export interface Traffic {
  nodeBytes: number;
  fabricBytes: number;
  /** Seconds of ranks, all together, in which traffic went as inside the grid of measured tables; where it is counted. */
  tabledSeconds?: number;
}

/** Kernels that carry an all-to-all of tokens, and the bytes of a token. Callers keep the object, as its identity may serve as a key. */
export interface ExchangeKernels {
  readonly dispatch: "per-token" | "per-copy";
  readonly phase: "dispatch" | "combine";
  readonly tokenBytes: number;
  /** The number of experts, and how many of them a token chooses: tables differ by them. */
  readonly routed?: { readonly experts: number; readonly topK: number };
}

/**
 * Model of the time of traffic between ranks on an otherwise idle network. Ranks are global ids; node = ⌊rank / gpusPerNode⌋. A group's
 * `ranks` are distinct. The array's identity may serve as a key: callers keep it and do not change it.
 */
export interface NetworkModel {
  /** Name in reports. */
  readonly name: string;
  /** Whether transfers that overlap in time slow each other down: then passes are carried out op by op. */
  readonly contends: boolean;
  /** Whether a combine takes the time of its dispatch, for equal bytes. */
  readonly turnsRound: boolean;
  /** Phrases for traffic that tables correct but have no rows for on its numbers of ranks and nodes. Only networks with tables have it. */
  readonly unmeasured?: readonly string[] | undefined;
  /** Seconds until the first byte is there; 0 from a rank to itself. */
  latencySeconds(from: number, to: number): number;
  /** Seconds for `bytes` from one rank to another; 0 when there are none, or the ranks are the same. */
  sendSeconds(bytes: number, from: number, to: number, traffic?: Traffic): number;
  /** Seconds of a transfer over enough streams to fill the link: caches and weights, which no kernel waits for. */
  transferSeconds(bytes: number, from: number, to: number): number;
  /** Seconds until all `ranks` hold the sum of their `bytes` each; 0 for one rank, or no bytes. */
  allReduceSeconds(bytes: number, ranks: ArrayLike<number>, traffic?: Traffic): number;
  /**
   * Seconds until all n `ranks` hold the parts of all, `bytes` [n]; 0 for one rank, or no bytes. A reduce-scatter (`isScatter`) is the
   * reverse: each rank keeps the sum of its own part.
   */
  allGatherSeconds(bytes: Float64Array, ranks: ArrayLike<number>, traffic?: Traffic, isScatter?: boolean): number;
  /** Seconds until all `ranks` hold the `bytes` that the first of them has; 0 for one rank, or no bytes. */
  broadcastSeconds(bytes: number, ranks: ArrayLike<number>, traffic?: Traffic): number;
  /**
   * Fills `out` [n] with the seconds that each of the n `ranks` sends and receives; `bytes` [n × n] row-major go from row to column.
   * The diagonal is ignored; a rank with nothing to move takes 0. Allocates nothing once the group is known. With `kernels` it is an exchange of tokens.
   */
  allToAllSeconds(bytes: Float64Array, ranks: ArrayLike<number>, out: Float64Array, traffic?: Traffic, kernels?: ExchangeKernels): void;
  /** Counters for the copies of an exchange that members of `ranks` send each other. */
  copyPorts(ranks: ArrayLike<number>): CopyPorts;
  /** Counters for tokens or copies that members of `ranks` send. */
  sentPorts(ranks: ArrayLike<number>): SentPorts;
  /**
   * Times of the copies that `ports` counted, each of `copyBytes`, as `allToAllSeconds` returns them; those of `tokenExchangeSeconds` for
   * tokens that are forwarded.
   */
  copyExchangeSeconds(
    ports: CopyPorts | SentPorts,
    copyBytes: number,
    out: Float64Array,
    traffic?: Traffic,
    kernels?: ExchangeKernels,
  ): void;
  /**
   * Seconds of an exchange of copies for a member of `ranks` that sends or receives at most `copies` copies of `copyBytes` to or from
   * others; undefined where its time depends on more than that number.
   */
  mostCopiesSeconds?(copies: number, copyBytes: number, ranks: ArrayLike<number>, kernels?: ExchangeKernels): number | undefined;
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
  ): void;
}
