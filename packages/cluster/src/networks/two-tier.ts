import type { ClusterSpec } from "@tokenyard/scenario";
import { CopyPorts } from "../copy-ports.ts";
import type { ExchangeKernels, NetworkModel, Traffic } from "../network-model.ts";
import { areOfOneNode, type NodePattern, nodePatternOf } from "../node-pattern.ts";
import { Ports } from "../ports.ts";
import { SentPorts } from "../sent-ports.ts";
import type { TokenFlows } from "../token-flows.ts";
import { fittedName, withoutLimits } from "./collective-fit.ts";
import { algorithmOf, sentOf, type TwoTierSpec } from "./in-node-all-reduce.ts";
import { MeasuredExchanges } from "./measured-exchanges.ts";
import { mostGathered } from "./most-gathered.ts";
import { addBytes } from "./port-traffic.ts";
import { TabledTraffic } from "./table/tabled-traffic.ts";
import { TierTimes } from "./tier-times.ts";

/**
 * Nodes whose GPUs see each other at one speed, and a fabric between the nodes at another; each GPU has its own full-duplex port to both.
 * Leaves out contention between groups, rails, the fabric's own shape and the cost of small messages. Source: docs/models/network.md#network.
 */
export class TwoTierNetwork implements NetworkModel {
  readonly name: string;
  readonly contends = false;
  readonly turnsRound: boolean;
  readonly #spec: TwoTierSpec;
  readonly #gpusPerNode: number;
  readonly #measured: MeasuredExchanges;
  readonly #times: TierTimes;
  readonly #patterns = new WeakMap<ArrayLike<number>, NodePattern>();
  readonly #tables: TabledTraffic | undefined;
  #ports = new Ports(0); // ports of the current group
  #brought = new Float64Array(0); // [nodes, or more]

  constructor(cluster: ClusterSpec) {
    const { network, gpusPerNode } = cluster;
    this.#measured = new MeasuredExchanges(cluster);
    const times = new TierTimes(cluster, this.#measured);
    const turnsRound = network.allReduce !== "fitted" || !network.fits?.some(({ kind }) => kind === "exchange");
    const name = `two-tier network, ${fittedName(times.allReduceFit, turnsRound) ?? `${network.allReduce} all-reduce`}`;
    this.#spec = network;
    this.#times = times;
    this.#gpusPerNode = gpusPerNode;
    const unlimited = new TierTimes(withoutLimits(cluster), this.#measured);
    this.#tables = TabledTraffic.of(cluster, {
      collectives: { whole: times.collectiveSeconds.bind(times), unlimited: unlimited.collectiveSeconds.bind(unlimited) },
      exchangeSeconds: (row) => times.measuredExchangeSeconds(row),
    });
    this.turnsRound = turnsRound && this.#tables?.hasWaysBack !== true;
    this.name = this.#tables === undefined ? name : `${name}, corrected by ${this.#tables.paths.join(", ")}`;
  }

  /** Undefined without tables. */
  get leastShares() {
    return this.#tables?.leastShares;
  }

  get unmeasured() {
    return this.#tables?.unmeasured;
  }

  latencySeconds(from: number, to: number): number {
    if (from === to) return 0;
    return this.#times.sendTier(areOfOneNode(from, to, this.#gpusPerNode)).latency;
  }

  sendSeconds(bytes: number, from: number, to: number, traffic?: Traffic): number {
    if (bytes === 0 || from === to) return 0;
    const near = areOfOneNode(from, to, this.#gpusPerNode);
    if (traffic !== undefined) {
      if (near) traffic.nodeBytes += bytes;
      else traffic.fabricBytes += bytes;
    }
    const { bandwidth, latency } = this.#times.sendTier(near);
    const seconds = bytes / bandwidth + latency;
    return this.#tables === undefined ? seconds : this.#tables.sendSeconds(bytes, near ? 1 : 2, seconds, traffic);
  }

  transferSeconds(bytes: number, from: number, to: number): number {
    if (bytes === 0 || from === to) return 0;
    const tier = areOfOneNode(from, to, this.#gpusPerNode) ? this.#spec.node : this.#spec.fabric;
    return bytes / tier.bandwidth + tier.latency;
  }

  /**
   * n ranks of one node, S bytes: ring 2(n−1)/n · S/B + 2(n−1)·L, two-shot 2(n−1)/n · S/B + L, one-shot (n−1)·S/B + L, or the fastest; or as measured ones are.
   * Over m nodes: a reduce-scatter in each node (k ranks), a ring all-reduce of each rank's S/k over the fabric, an all-gather in each node. Where they were
   * measured, gathers are as these, and a step over the fabric has the latency of a send.
   * Where nodes hold unequal numbers, the node phases take the most ranks for k and the fabric phase the fewest.
   */
  allReduceSeconds(bytes: number, ranks: ArrayLike<number>, traffic?: Traffic): number {
    const n = ranks.length;
    if (n <= 1 || bytes === 0) return 0;
    const { nodes, mostRanks, fewestRanks } = this.#patternOf(ranks);
    if (traffic !== undefined && nodes === 1) {
      const sent = this.#times.allReduceFit === undefined ? sentOf(algorithmOf(this.#spec, bytes, n), n) * n : 2 * (n - 1);
      traffic.nodeBytes += sent * bytes;
    } else if (traffic !== undefined) {
      traffic.nodeBytes += 2 * (n - nodes) * bytes; // each node of k ranks moves 2(k−1)·S
      traffic.fabricBytes += 2 * (nodes - 1) * bytes;
    }
    const tables = this.#tables;
    if (tables === undefined) return this.#times.allReduceSeconds(bytes, n, nodes, mostRanks, fewestRanks);
    const ofPhases = tables.covers("all-reduce", n, nodes) ? undefined : tables;
    const seconds = this.#times.allReduceSeconds(bytes, n, nodes, mostRanks, fewestRanks, ofPhases);
    return tables.seconds("all-reduce", bytes, n, nodes, seconds, traffic);
  }

  /**
   * All-gather of S bytes over n ranks of one node, each bringing b: the longest (S − b)/B, and (n−1)·L in a ring, L by any other
   * algorithm. Over m nodes of k ranks: each rank receives its kth of the other nodes' parts over the fabric, in a ring of the nodes, and
   * then the parts of its neighbours: the most (S − the node's part)/k/B + (m−1)·L of the fabric, and (k−1)/k · S/B + (k−1)·L of the
   * fullest node.
   */
  allGatherSeconds(bytes: Float64Array, ranks: ArrayLike<number>, traffic?: Traffic, isScatter = false): number {
    const n = ranks.length;
    if (n <= 1) return 0;
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
    if (this.#brought.length < nodes) this.#brought = new Float64Array(nodes);
    const crossed = nodes === 1 ? 0 : mostGathered(bytes, all, pattern, this.#brought);
    const kind = isScatter ? "reduce-scatter" : "all-gather";
    const tables = this.#tables;
    if (tables === undefined) return this.#times.gatherSeconds(kind, all, all - fewest, n, nodes, mostRanks, crossed);
    const ofPhases = tables.covers(kind, n, nodes) ? undefined : tables;
    const seconds = this.#times.gatherSeconds(kind, all, all - fewest, n, nodes, mostRanks, crossed, ofPhases);
    const whole = nodes === 1 ? ((all - fewest) * n) / (n - 1) : all; // of equal parts that lack as much
    return whole === 0 ? seconds : tables.seconds(kind, whole, n, nodes, seconds, traffic);
  }

  /**
   * Ranks pass S bytes on in pieces: S/B of the slowest link on the way, and a latency for each hop, or one in a node by any algorithm but
   * a ring. No broadcast was measured: where all-gathers in a node were, it counts as one of which each rank lacks S, behind S/B of the
   * fabric and m−1 steps over it.
   */
  broadcastSeconds(bytes: number, ranks: ArrayLike<number>, traffic?: Traffic): number {
    const n = ranks.length;
    if (n <= 1 || bytes === 0) return 0;
    const { nodes, mostRanks } = this.#patternOf(ranks);
    if (traffic !== undefined) {
      traffic.nodeBytes += (n - nodes) * bytes;
      traffic.fabricBytes += (nodes - 1) * bytes;
    }
    return this.#times.broadcastSeconds(bytes, nodes, mostRanks);
  }

  /**
   * A rank's time is that of its busier tier, and the latencies of both that it uses: bytes go over the fabric to the rank of the same place on
   * each node, and on from there inside the node. Or as measured kernels take it.
   */
  tokenExchangeSeconds(
    flows: TokenFlows,
    tokenBytes: number,
    ranks: ArrayLike<number>,
    out: Float64Array,
    traffic?: Traffic,
    kernels?: ExchangeKernels,
  ): void {
    const pattern = this.#patternOf(ranks);
    const ports = this.#portsOf(ranks.length);
    ports.countOnce(flows, tokenBytes, pattern);
    this.#fill(ports, pattern, true, out, traffic, kernels);
  }

  /**
   * A rank's time is that of its busiest port (node in, node out, fabric in, fabric out), and the largest latency of the tiers it uses, for its peers
   * there. Or as measured kernels take it, those of an exchange or, of other bytes, of NCCL's all-to-alls in a node.
   */
  allToAllSeconds(bytes: Float64Array, ranks: ArrayLike<number>, out: Float64Array, traffic?: Traffic, kernels?: ExchangeKernels): void {
    const pattern = this.#patternOf(ranks);
    const ports = this.#portsOf(ranks.length);
    ports.count(bytes, pattern);
    this.#fill(ports, pattern, false, out, traffic, kernels);
  }

  copyPorts(ranks: ArrayLike<number>): CopyPorts {
    return new CopyPorts(this.#patternOf(ranks));
  }

  sentPorts(ranks: ArrayLike<number>): SentPorts {
    return new SentPorts(this.#patternOf(ranks));
  }

  copyExchangeSeconds(
    { ports, pattern, isHandedOn }: CopyPorts | SentPorts,
    copyBytes: number,
    out: Float64Array,
    traffic?: Traffic,
    kernels?: ExchangeKernels,
  ): void {
    this.#fill(ports, pattern, isHandedOn, out, traffic, kernels, copyBytes);
  }

  mostCopiesSeconds(copies: number, copyBytes: number, ranks: ArrayLike<number>, kernels?: ExchangeKernels): number | undefined {
    if (this.#tables !== undefined || this.#patternOf(ranks).nodes > 1) return undefined;
    return this.#measured.inNodeSeconds(kernels, copies * copyBytes, ranks.length);
  }

  /** Times of what `ports` counted in units of `unitBytes`: sent from peer to peer, or forwarded inside nodes after the fabric. */
  #fill(
    ports: Ports,
    { nodes }: NodePattern,
    isHandedOn: boolean,
    out: Float64Array,
    traffic?: Traffic,
    kernels?: ExchangeKernels,
    unitBytes = 1,
  ): void {
    if (traffic !== undefined) addBytes(traffic, ports, unitBytes);
    if (!this.#measured.fill(kernels, ports, unitBytes, nodes, out)) this.#fillByTiers(ports, isHandedOn, unitBytes, out);
    this.#tables?.correct(ports, nodes, unitBytes, kernels, this.#measured.knows(kernels, nodes), out, traffic);
  }

  #fillByTiers(
    { nodeOut, nodeIn, fabricOut, fabricIn, nodePeers, fabricPeers, members }: Ports,
    isHandedOn: boolean,
    unitBytes: number,
    out: Float64Array,
  ) {
    for (let i = 0; i < members; i++) {
      const nodeBytes = Math.max(nodeOut[i]!, nodeIn[i]!) * unitBytes;
      const fabricBytes = Math.max(fabricOut[i]!, fabricIn[i]!) * unitBytes;
      out[i] = this.#times.exchangeSeconds(nodeBytes, fabricBytes, nodePeers[i]!, fabricPeers[i]!, isHandedOn);
    }
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
