import type { ClusterSpec } from "@tokenyard/scenario";
import { type Collective, type CountedExchange, NetworkModel } from "../network-model.ts";
import { areOfOneNode } from "../node-pattern.ts";
import type { Ports } from "../ports.ts";
import type { ExchangeKernels, Traffic } from "../traffic.ts";
import { fittedName, withoutLimits } from "./collective-fit.ts";
import { algorithmOf, sentOf, type TwoTierSpec } from "./in-node-all-reduce.ts";
import { MeasuredExchanges } from "./measured-exchanges.ts";
import { mostGathered } from "./most-gathered.ts";
import { TabledTraffic } from "./table/tabled-traffic.ts";
import { TierTimes } from "./tier-times.ts";

/**
 * Nodes whose GPUs see each other at one speed, and a fabric between the nodes at another; each GPU has its own full-duplex port to both.
 * Leaves out contention between groups, rails, the fabric's own shape and the cost of small messages. Source: docs/models/network.md#network.
 */
export class TwoTierNetwork extends NetworkModel {
  readonly name: string;
  readonly #turnsRound: boolean;
  readonly #spec: TwoTierSpec;
  readonly #gpusPerNode: number;
  readonly #measured: MeasuredExchanges;
  readonly #times: TierTimes;
  readonly #tables: TabledTraffic | undefined;
  #brought = new Float64Array(0); // [nodes, or more]

  constructor(cluster: ClusterSpec) {
    const { network, gpusPerNode } = cluster;
    super(gpusPerNode);
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
    this.#turnsRound = turnsRound && this.#tables?.hasWaysBack !== true;
    this.name = this.#tables === undefined ? name : `${name}, corrected by ${this.#tables.paths.join(", ")}`;
  }

  /** Undefined without tables. */
  get leastShares() {
    return this.#tables?.leastShares;
  }

  override get turnsRound() {
    return this.#turnsRound;
  }

  override get unmeasured() {
    return this.#tables?.unmeasured;
  }

  override latencySeconds(from: number, to: number): number {
    if (from === to) return 0;
    return this.#times.sendTier(areOfOneNode(from, to, this.#gpusPerNode)).latency;
  }

  linkSeconds(bytes: number, from: number, to: number, traffic?: Traffic): number {
    const near = areOfOneNode(from, to, this.#gpusPerNode);
    const { bandwidth, latency } = this.#times.sendTier(near);
    const seconds = bytes / bandwidth + latency;
    return this.#tables === undefined ? seconds : this.#tables.sendSeconds(bytes, near ? 1 : 2, seconds, traffic);
  }

  override transferSeconds(bytes: number, from: number, to: number): number {
    if (bytes === 0 || from === to) return 0;
    const tier = areOfOneNode(from, to, this.#gpusPerNode) ? this.#spec.node : this.#spec.fabric;
    return bytes / tier.bandwidth + tier.latency;
  }

  collectiveSeconds(kind: Collective, bytes: number, ranks: ArrayLike<number>, traffic?: Traffic, parts?: Float64Array): number {
    switch (kind) {
      case "all-reduce":
        return this.#allReduceSeconds(bytes, ranks, traffic);
      case "broadcast":
        return this.#broadcastSeconds(bytes, ranks);
      default:
        return this.#gatherSeconds(kind, bytes, parts!, ranks, traffic);
    }
  }

  override sentInNode(bytes: number, n: number): number {
    return this.#times.allReduceFit === undefined ? sentOf(algorithmOf(this.#spec, bytes, n), n) * n : super.sentInNode(bytes, n);
  }

  /**
   * n ranks of one node, S bytes: ring 2(n−1)/n · S/B + 2(n−1)·L, two-shot 2(n−1)/n · S/B + L, one-shot (n−1)·S/B + L, or the fastest; or as measured ones are.
   * Over m nodes: a reduce-scatter in each node (k ranks), a ring all-reduce of each rank's S/k over the fabric, an all-gather in each node. Where they were
   * measured, gathers are as these, and a step over the fabric has the latency of a send.
   * Where nodes hold unequal numbers, the node phases take the most ranks for k and the fabric phase the fewest.
   */
  #allReduceSeconds(bytes: number, ranks: ArrayLike<number>, traffic?: Traffic): number {
    const n = ranks.length;
    const { nodes, mostRanks, fewestRanks } = this.patternOf(ranks);
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
  #gatherSeconds(
    kind: "all-gather" | "reduce-scatter",
    all: number,
    bytes: Float64Array,
    ranks: ArrayLike<number>,
    traffic?: Traffic,
  ): number {
    const n = ranks.length;
    const pattern = this.patternOf(ranks);
    const { nodes, mostRanks } = pattern;
    let fewest = Number.POSITIVE_INFINITY;
    for (let i = 0; i < n; i++) fewest = Math.min(fewest, bytes[i]!);
    if (this.#brought.length < nodes) this.#brought = new Float64Array(nodes);
    const crossed = nodes === 1 ? 0 : mostGathered(bytes, all, pattern, this.#brought);
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
  #broadcastSeconds(bytes: number, ranks: ArrayLike<number>): number {
    const { nodes, mostRanks } = this.patternOf(ranks);
    return this.#times.broadcastSeconds(bytes, nodes, mostRanks);
  }

  /**
   * A rank's time is that of its busiest port (node in, node out, fabric in, fabric out), and the largest latency of the tiers it uses, for its peers
   * there. Where tokens are forwarded, bytes go over the fabric to the rank of the same place on each node, and on from there inside the node: the time of
   * the busier tier, and the latencies of both. Or as measured kernels take it, those of an exchange or, of other bytes, of NCCL's all-to-alls in a node.
   */
  exchangeSeconds(
    { ports, pattern: { nodes }, isHandedOn }: CountedExchange,
    unitBytes: number,
    out: Float64Array,
    traffic?: Traffic,
    kernels?: ExchangeKernels,
  ): void {
    if (!this.#measured.fill(kernels, ports, unitBytes, nodes, out)) this.#fillByTiers(ports, isHandedOn, unitBytes, out);
    this.#tables?.correct(ports, nodes, unitBytes, kernels, this.#measured.knows(kernels, nodes), out, traffic);
  }

  override mostCopiesSeconds(copies: number, copyBytes: number, ranks: ArrayLike<number>, kernels?: ExchangeKernels): number | undefined {
    if (this.#tables !== undefined || this.patternOf(ranks).nodes > 1) return undefined;
    return this.#measured.inNodeSeconds(kernels, copies * copyBytes, ranks.length);
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
}
