import type { ClusterSpec, CollectiveFit } from "@tokenyard/scenario";
import type { NetworkModel, Traffic } from "../network-model.ts";
import { type NodePattern, nodePatternOf } from "../node-pattern.ts";
import { Ports } from "../ports.ts";
import { collectiveFitOf, collectiveSeconds } from "./collective-fit.ts";

type TwoTierSpec = Extract<ClusterSpec["network"], { kind: "two-tier" }>;

type Algorithm = Exclude<TwoTierSpec["allReduce"], "fastest" | "fitted">;

const ALGORITHMS: readonly Algorithm[] = ["two-shot", "one-shot", "ring"]; // the first of equally fast ones

/** Of NCCL's all-to-alls on an H100 node, and of DeepEP's low-latency dispatch between such nodes. Source: docs/models.md#all-to-alls. */
const PEER_LATENCY = { node: 0.07, fabric: 0.2 };

/** What each of n ranks sends in an all-reduce, as a multiple of its bytes. */
function sentOf(algorithm: Algorithm, n: number): number {
  return algorithm === "one-shot" ? n - 1 : (2 * (n - 1)) / n;
}

/** The latency of an all-to-all with so many peers: `share` more for each doubling, none without peers. */
function grown(latency: number, share: number, peers: number): number {
  return peers === 0 ? 0 : latency * (1 + share * (32 - Math.clz32(peers - 1))); // ⌈log₂ peers⌉
}

/**
 * Nodes whose GPUs see each other at one speed, and a fabric between the nodes at another; each GPU has its own full-duplex port to both.
 * Leaves out contention between groups, rails, the fabric's own shape and the cost of small messages. Source: docs/models.md#network.
 */
export class TwoTierNetwork implements NetworkModel {
  readonly name: string;
  readonly contends = false;
  readonly #spec: TwoTierSpec;
  readonly #gpusPerNode: number;
  /** By how much latencies grow with each doubling of peers. */
  readonly #growth: NonNullable<TwoTierSpec["peerLatency"]>;
  readonly #allReduceFit: CollectiveFit | undefined;
  readonly #allGatherFit: CollectiveFit | undefined;
  readonly #patterns = new WeakMap<ArrayLike<number>, NodePattern>();
  #ports = new Ports(0); // of the group at hand
  #brought = new Float64Array(0); // [nodes] of the group at hand

  constructor(cluster: ClusterSpec) {
    const { network, gpusPerNode } = cluster;
    this.#allReduceFit = collectiveFitOf(cluster, "all-reduce");
    this.#allGatherFit = collectiveFitOf(cluster, "all-gather");
    const fit = this.#allReduceFit;
    this.name = `two-tier network, ${fit === undefined ? network.allReduce : `${fit.library}'s`} all-reduce${fit === undefined ? "" : ` as measured on ${fit.on}`}`;
    this.#spec = network;
    this.#growth = network.peerLatency ?? PEER_LATENCY;
    this.#gpusPerNode = gpusPerNode;
  }

  latencySeconds(from: number, to: number): number {
    if (from === to) return 0;
    return this.#sameNode(from, to) ? this.#spec.node.latency : this.#spec.fabric.latency;
  }

  sendSeconds(bytes: number, from: number, to: number, traffic?: Traffic): number {
    if (bytes === 0 || from === to) return 0;
    const near = this.#sameNode(from, to);
    if (traffic !== undefined) {
      if (near) traffic.nodeBytes += bytes;
      else traffic.fabricBytes += bytes;
    }
    const tier = near ? this.#spec.node : this.#spec.fabric;
    return bytes / tier.bandwidth + tier.latency;
  }

  /**
   * n ranks of one node, S bytes: ring 2(n−1)/n · S/B + 2(n−1)·L, two-shot 2(n−1)/n · S/B + L, one-shot (n−1)·S/B + L, or the fastest; or as measured ones are.
   * Over m nodes: a reduce-scatter in each node (k ranks), a ring all-reduce of each rank's S/k over the fabric, an all-gather in each node.
   * Where nodes hold unequal numbers, the node phases take the most ranks for k and the fabric phase the fewest.
   */
  allReduceSeconds(bytes: number, ranks: ArrayLike<number>, traffic?: Traffic): number {
    const n = ranks.length;
    if (n <= 1 || bytes === 0) return 0;
    const { node, fabric } = this.#spec;
    const { nodes, mostRanks, fewestRanks } = this.#patternOf(ranks);
    if (nodes === 1 && this.#allReduceFit !== undefined) {
      if (traffic !== undefined) traffic.nodeBytes += 2 * (n - 1) * bytes;
      return collectiveSeconds(this.#allReduceFit, ((2 * (n - 1)) / n) * bytes, n);
    }
    if (nodes === 1) {
      const algorithm = this.#algorithm(bytes, n);
      if (traffic !== undefined) traffic.nodeBytes += sentOf(algorithm, n) * n * bytes;
      return this.#inNodeSeconds(algorithm, bytes, n);
    }
    if (traffic !== undefined) {
      traffic.nodeBytes += 2 * (n - nodes) * bytes; // each node of k ranks moves 2(k−1)·S
      traffic.fabricBytes += 2 * (nodes - 1) * bytes;
    }
    const k = mostRanks;
    const inNodes = 2 * ((((k - 1) / k) * bytes) / node.bandwidth + (k - 1) * node.latency);
    const between = (((2 * (nodes - 1)) / nodes) * (bytes / fewestRanks)) / fabric.bandwidth + 2 * (nodes - 1) * fabric.latency;
    return inNodes + between;
  }

  /**
   * n ranks of one node that bring S bytes together, each of them b: the longest (S − b)/B, and (n−1)·L in a ring, L by any other algorithm.
   * Over m nodes of k ranks: each rank gets its kth of what the other nodes bring over the fabric, in a ring of the nodes, and then what its
   * neighbours got: the most (S − what the node brings)/k/B + (m−1)·L of the fabric, and (k−1)/k · S/B + (k−1)·L of the fullest node.
   */
  allGatherSeconds(bytes: Float64Array, ranks: ArrayLike<number>, traffic?: Traffic): number {
    const n = ranks.length;
    if (n <= 1) return 0;
    const { node, fabric, allReduce } = this.#spec;
    const pattern = this.#patternOf(ranks);
    const { nodes, mostRanks } = pattern;
    let all = 0;
    let fewest = Number.POSITIVE_INFINITY;
    for (let i = 0; i < n; i++) {
      all += bytes[i]!;
      fewest = Math.min(fewest, bytes[i]!);
    }
    if (all === 0) return 0;
    if (traffic !== undefined) {
      traffic.nodeBytes += (n - nodes) * all;
      traffic.fabricBytes += (nodes - 1) * all;
    }
    if (nodes === 1 && this.#allGatherFit !== undefined) return collectiveSeconds(this.#allGatherFit, all - fewest, n);
    if (nodes === 1) return (all - fewest) / node.bandwidth + (allReduce === "ring" ? n - 1 : 1) * node.latency;
    const between = this.#mostGathered(bytes, all, pattern) / fabric.bandwidth + (nodes - 1) * fabric.latency;
    return between + (((mostRanks - 1) / mostRanks) * all) / node.bandwidth + (mostRanks - 1) * node.latency;
  }

  /**
   * A rank's time is that of its busier tier, and the latencies of both that it uses: bytes go over the fabric to the rank of the same place on
   * each node, and on from there inside the node.
   */
  tokenExchangeSeconds(toRanks: Float64Array, toNodes: Float64Array, ranks: ArrayLike<number>, out: Float64Array, traffic?: Traffic): void {
    const n = ranks.length;
    const { node, fabric } = this.#spec;
    const ports = this.#portsOf(n);
    ports.countOnce(toRanks, toNodes, this.#patternOf(ranks));
    const { nodeOut, nodeIn, fabricOut, fabricIn, nodePeers, fabricPeers } = ports;
    for (let i = 0; i < n; i++) {
      const nodeBytes = Math.max(nodeOut[i]!, nodeIn[i]!);
      const fabricBytes = Math.max(fabricOut[i]!, fabricIn[i]!);
      const latency = grown(node.latency, this.#growth.node, nodePeers[i]!) + grown(fabric.latency, this.#growth.fabric, fabricPeers[i]!);
      out[i] = Math.max(nodeBytes / node.bandwidth, fabricBytes / fabric.bandwidth) + latency;
    }
    if (traffic === undefined) return;
    for (let i = 0; i < n; i++) {
      traffic.nodeBytes += nodeOut[i]!;
      traffic.fabricBytes += fabricOut[i]!;
    }
  }

  /** A rank's time is that of its busiest port (node in, node out, fabric in, fabric out), and the largest latency of the tiers it uses, for its peers there. */
  allToAllSeconds(bytes: Float64Array, ranks: ArrayLike<number>, out: Float64Array, traffic?: Traffic): void {
    const n = ranks.length;
    const { node, fabric } = this.#spec;
    const ports = this.#portsOf(n);
    ports.count(bytes, this.#patternOf(ranks));
    const { nodeOut, nodeIn, fabricOut, fabricIn, nodePeers, fabricPeers } = ports;
    for (let i = 0; i < n; i++) {
      const nodeBytes = Math.max(nodeOut[i]!, nodeIn[i]!);
      const fabricBytes = Math.max(fabricOut[i]!, fabricIn[i]!);
      const near = grown(node.latency, this.#growth.node, nodePeers[i]!);
      const latency = Math.max(near, grown(fabric.latency, this.#growth.fabric, fabricPeers[i]!));
      out[i] = Math.max(nodeBytes / node.bandwidth, fabricBytes / fabric.bandwidth) + latency;
    }
    if (traffic === undefined) return;
    for (let i = 0; i < n; i++) {
      traffic.nodeBytes += nodeOut[i]!;
      traffic.fabricBytes += fabricOut[i]!;
    }
  }

  /** Most bytes that a rank gets over the fabric: what all but its own node bring, divided among the ranks of the node. */
  #mostGathered(bytes: Float64Array, all: number, { nodes, nodeOf, ranksOfNode }: NodePattern): number {
    if (this.#brought.length < nodes) this.#brought = new Float64Array(nodes);
    const brought = this.#brought.fill(0, 0, nodes);
    for (let i = 0; i < nodeOf.length; i++) brought[nodeOf[i]!]! += bytes[i]!;
    let most = 0;
    for (let node = 0; node < nodes; node++) most = Math.max(most, (all - brought[node]!) / ranksOfNode[node]!);
    return most;
  }

  #algorithm(bytes: number, ranks: number): Algorithm {
    const { allReduce } = this.#spec;
    if (allReduce !== "fastest" && allReduce !== "fitted") return allReduce;
    return ALGORITHMS.reduce((best, next) =>
      this.#inNodeSeconds(next, bytes, ranks) < this.#inNodeSeconds(best, bytes, ranks) ? next : best,
    );
  }

  #inNodeSeconds(algorithm: Algorithm, bytes: number, ranks: number): number {
    const { bandwidth, latency } = this.#spec.node;
    return (sentOf(algorithm, ranks) * bytes) / bandwidth + (algorithm === "ring" ? 2 * (ranks - 1) : 1) * latency;
  }

  #sameNode(a: number, b: number): boolean {
    return Math.floor(a / this.#gpusPerNode) === Math.floor(b / this.#gpusPerNode);
  }

  #patternOf(ranks: ArrayLike<number>): NodePattern {
    let pattern = this.#patterns.get(ranks);
    if (pattern === undefined) {
      pattern = nodePatternOf(ranks, this.#gpusPerNode);
      this.#patterns.set(ranks, pattern);
    }
    return pattern;
  }

  #portsOf(members: number): Ports {
    if (this.#ports.members !== members) this.#ports = new Ports(members);
    return this.#ports;
  }
}
