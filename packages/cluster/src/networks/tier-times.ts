import type { ClusterSpec, CollectiveFit, TrafficFitOf } from "@tokenyard/scenario";
import { collectiveFitOf, collectiveSeconds, sendFitsOf } from "./collective-fit.ts";
import { algorithmOf, inNodeSeconds, type TwoTierSpec } from "./in-node-all-reduce.ts";
import type { MeasuredExchanges } from "./measured-exchanges.ts";
import type { CollectiveKind, MeasuredExchange } from "./table/measured-traffic.ts";
import type { TabledTraffic } from "./table/tabled-traffic.ts";

/**
 * Growth of latency with the peers, of NCCL's all-to-alls on an H100 node and of DeepEP's low-latency dispatch between such nodes. Source:
 * docs/models/network.md#all-to-alls.
 */
const PEER_LATENCY = { node: 0.07, fabric: 0.2 };

/** Latency of an all-to-all with `peers` peers: it grows by `share` for each doubling, and is 0 without peers. */
function grown(latency: number, share: number, peers: number): number {
  return peers === 0 ? 0 : latency * (1 + share * doublings(peers));
}

/** ⌈log₂ n⌉ */
function doublings(n: number): number {
  return 32 - Math.clz32(n - 1);
}

/** A tier as measured traffic has it, in shares of it. */
function sharedTier(tier: TwoTierSpec["node"], fit: TrafficFitOf<"send"> | undefined): TwoTierSpec["node"] {
  return fit === undefined ? tier : { bandwidth: tier.bandwidth * fit.bandwidth, latency: tier.latency * fit.latency };
}

type Gather = Extract<CollectiveKind, "all-gather" | "reduce-scatter">;

/** Tables that correct the in-node phases of traffic over nodes. */
type PhaseTables = Pick<TabledTraffic, "seconds">;

/**
 * Seconds of traffic over two tiers, by fits or else by the tiers: the values that tables correct. Source: docs/models/network.md#network.
 */
export class TierTimes {
  readonly allReduceFit: CollectiveFit | undefined;
  readonly #spec: TwoTierSpec;
  /** By how much latencies grow with each doubling of peers. */
  readonly #growth: NonNullable<TwoTierSpec["peerLatency"]>;
  readonly #allGatherFit: CollectiveFit | undefined;
  /** Bandwidth and latency of sends in a node; those of the tier where sends were not measured. */
  readonly #sendNode: TwoTierSpec["node"];
  readonly #sendFabric: TwoTierSpec["fabric"];
  readonly #measured: MeasuredExchanges;

  constructor(cluster: ClusterSpec, measured: MeasuredExchanges) {
    const { network } = cluster;
    this.allReduceFit = collectiveFitOf(cluster, "all-reduce");
    this.#allGatherFit = collectiveFitOf(cluster, "all-gather");
    const sends = sendFitsOf(cluster);
    this.#sendNode = sharedTier(network.node, sends.node);
    this.#sendFabric = sharedTier(network.fabric, sends.fabric);
    this.#spec = network;
    this.#growth = network.peerLatency ?? PEER_LATENCY;
    this.#measured = measured;
  }

  /** The tier of a send. */
  sendTier(isInNode: boolean): TwoTierSpec["node"] {
    return isInNode ? this.#sendNode : this.#sendFabric;
  }

  /**
   * Seconds of an all-reduce over n ranks on `nodes` nodes, with the most and fewest ranks on any node. `tables` correct its phases in
   * nodes.
   */
  allReduceSeconds(bytes: number, n: number, nodes: number, mostRanks: number, fewestRanks: number, tables?: PhaseTables): number {
    const { fabric, node } = this.#spec;
    if (nodes === 1 && this.allReduceFit !== undefined) return collectiveSeconds(this.allReduceFit, ((2 * (n - 1)) / n) * bytes, n);
    if (nodes === 1) return inNodeSeconds(algorithmOf(this.#spec, bytes, n), node, bytes, n);
    const inNodes =
      this.#phaseSeconds("reduce-scatter", bytes, mostRanks, tables) + this.#phaseSeconds("all-gather", bytes, mostRanks, tables);
    const share = bytes / fewestRanks / fabric.bandwidth;
    const { latency } = this.#sendFabric;
    const ring = ((2 * (nodes - 1)) / nodes) * share + 2 * (nodes - 1) * latency;
    if (this.allReduceFit === undefined) return inNodes + ring;
    const trees = 2 * share + 2 * doublings(nodes) * latency;
    return inNodes + Math.min(ring, trees);
  }

  /** `lacking`: most bytes that a rank of a node lacks; `crossed`: most that a rank gets over the fabric. `tables` correct its phase in nodes. */
  gatherSeconds(
    kind: Gather,
    all: number,
    lacking: number,
    n: number,
    nodes: number,
    mostRanks: number,
    crossed: number,
    tables?: PhaseTables,
  ): number {
    const { node, fabric, allReduce } = this.#spec;
    if (nodes === 1 && this.#allGatherFit !== undefined) return collectiveSeconds(this.#allGatherFit, lacking, n);
    if (nodes === 1) return lacking / node.bandwidth + (allReduce === "ring" ? n - 1 : 1) * node.latency;
    const between = crossed / fabric.bandwidth + (nodes - 1) * this.#sendFabric.latency;
    return between + this.#phaseSeconds(kind, all, mostRanks, tables);
  }

  /** Seconds of an all-gather of `bytes` in all over `ranks` of a node, or its reverse, as a phase of traffic over nodes. */
  #phaseSeconds(kind: Gather, bytes: number, ranks: number, tables: PhaseTables | undefined): number {
    if (ranks === 1) return 0;
    const { bandwidth, latency } = this.#spec.node;
    const lacking = ((ranks - 1) / ranks) * bytes;
    const fit = this.#allGatherFit;
    const seconds = fit === undefined ? lacking / bandwidth + (ranks - 1) * latency : collectiveSeconds(fit, lacking, ranks);
    return tables === undefined ? seconds : tables.seconds(kind, bytes, ranks, 1, seconds);
  }

  broadcastSeconds(bytes: number, nodes: number, mostRanks: number): number {
    const { node, fabric, allReduce } = this.#spec;
    if (mostRanks > 1 && this.#allGatherFit !== undefined) {
      const between = nodes === 1 ? 0 : bytes / fabric.bandwidth + (nodes - 1) * this.#sendFabric.latency;
      return between + collectiveSeconds(this.#allGatherFit, bytes, mostRanks);
    }
    const hops = allReduce === "ring" || nodes > 1 ? mostRanks - 1 : Math.min(1, mostRanks - 1);
    const bandwidth = nodes === 1 ? node.bandwidth : mostRanks === 1 ? fabric.bandwidth : Math.min(node.bandwidth, fabric.bandwidth);
    return bytes / bandwidth + (nodes - 1) * this.#sendFabric.latency + hops * node.latency;
  }

  /** Seconds of a rank that sends or receives these bytes: from peer to peer, or forwarded inside nodes after the fabric (`isHandedOn`). */
  exchangeSeconds(nodeBytes: number, fabricBytes: number, nodePeers: number, fabricPeers: number, isHandedOn: boolean): number {
    const { node, fabric } = this.#spec;
    const near = grown(node.latency, this.#growth.node, nodePeers);
    const far = grown(fabric.latency, this.#growth.fabric, fabricPeers);
    const latency = isHandedOn ? near + far : Math.max(near, far);
    return Math.max(nodeBytes / node.bandwidth, fabricBytes / fabric.bandwidth) + latency;
  }

  /** Seconds of a collective of equal parts over ranks that are spread evenly over nodes. */
  collectiveSeconds(kind: CollectiveKind, bytes: number, n: number, nodes: number): number {
    const perNode = n / nodes;
    switch (kind) {
      case "all-reduce":
        return this.allReduceSeconds(bytes, n, nodes, perNode, perNode);
      case "all-gather":
      case "reduce-scatter":
        return this.gatherSeconds(kind, bytes, bytes - bytes / n, n, nodes, perNode, (bytes - bytes / nodes) / perNode);
      case "all-to-all": {
        const [near, far] = [(bytes / n) * (perNode - 1), (bytes / n) * (n - perNode)];
        const measured = nodes === 1 ? this.#measured.allToAllSeconds(near, n) : undefined;
        return measured ?? this.exchangeSeconds(near, far, perNode - 1, n - perNode, false);
      }
      case "send": {
        const { bandwidth, latency } = this.sendTier(nodes === 1);
        return bytes / bandwidth + latency;
      }
    }
  }

  /** Seconds of a measured exchange: with every rank, or with every node where tokens go once to a node. */
  measuredExchangeSeconds(row: MeasuredExchange): number {
    const { dispatch, ranks, nodes, nodeBytes, fabricBytes } = row;
    const measured = this.#measured.secondsOf(row);
    if (measured !== undefined) return measured;
    const perNode = ranks / nodes;
    const isHandedOn = dispatch === "per-token";
    return this.exchangeSeconds(nodeBytes, fabricBytes, perNode - 1, isHandedOn ? nodes - 1 : ranks - perNode, isHandedOn);
  }
}
