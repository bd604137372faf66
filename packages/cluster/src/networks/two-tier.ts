import type { ClusterSpec } from "@tokenyard/scenario";
import type { NetworkModel, Traffic } from "../network-model.ts";
import { type NodePattern, nodePatternOf } from "../node-pattern.ts";
import { Ports } from "../ports.ts";

type TwoTierSpec = Extract<ClusterSpec["network"], { kind: "two-tier" }>;

/**
 * Nodes whose GPUs see each other at one speed, and a fabric between the nodes at another; each GPU has its own full-duplex port to both.
 * Leaves out contention between groups, rails, the fabric's own shape and the cost of small messages. Source: docs/models.md#network.
 */
export class TwoTierNetwork implements NetworkModel {
  readonly name: string;
  readonly #spec: TwoTierSpec;
  readonly #gpusPerNode: number;
  readonly #patterns = new WeakMap<ArrayLike<number>, NodePattern>();
  #ports = new Ports(0); // of the group at hand

  constructor(spec: TwoTierSpec, gpusPerNode: number) {
    this.name = `two-tier network, ${spec.allReduce} all-reduce`;
    this.#spec = spec;
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
   * n ranks of one node, S bytes: ring 2(n−1)/n · S/B + 2(n−1)·L, one-shot 2(n−1)/n · S/B + L.
   * Over m nodes: a reduce-scatter in each node (k ranks), a ring all-reduce of each rank's S/k over the fabric, an all-gather in each node.
   * Where nodes hold unequal numbers, the node phases take the most ranks for k and the fabric phase the fewest.
   */
  allReduceSeconds(bytes: number, ranks: ArrayLike<number>, traffic?: Traffic): number {
    const n = ranks.length;
    if (n <= 1 || bytes === 0) return 0;
    const { node, fabric, allReduce } = this.#spec;
    const { nodes, mostRanks, fewestRanks } = this.#patternOf(ranks);
    if (traffic !== undefined) {
      traffic.nodeBytes += 2 * (n - nodes) * bytes; // each node of k ranks moves 2(k−1)·S
      traffic.fabricBytes += 2 * (nodes - 1) * bytes;
    }
    if (nodes === 1) {
      const steps = allReduce === "ring" ? 2 * (n - 1) : 1;
      return (((2 * (n - 1)) / n) * bytes) / node.bandwidth + steps * node.latency;
    }
    const k = mostRanks;
    const inNodes = 2 * ((((k - 1) / k) * bytes) / node.bandwidth + (k - 1) * node.latency);
    const between = (((2 * (nodes - 1)) / nodes) * (bytes / fewestRanks)) / fabric.bandwidth + 2 * (nodes - 1) * fabric.latency;
    return inNodes + between;
  }

  /** A rank's time is that of its busiest port (node in, node out, fabric in, fabric out), and the largest latency of the tiers it uses. */
  allToAllSeconds(bytes: Float64Array, ranks: ArrayLike<number>, out: Float64Array, traffic?: Traffic): void {
    const n = ranks.length;
    const { node, fabric } = this.#spec;
    const ports = this.#portsOf(n);
    ports.count(bytes, this.#patternOf(ranks));
    const { nodeOut, nodeIn, fabricOut, fabricIn } = ports;
    for (let i = 0; i < n; i++) {
      const nodeBytes = Math.max(nodeOut[i]!, nodeIn[i]!);
      const fabricBytes = Math.max(fabricOut[i]!, fabricIn[i]!);
      const latency = Math.max(nodeBytes > 0 ? node.latency : 0, fabricBytes > 0 ? fabric.latency : 0);
      out[i] = Math.max(nodeBytes / node.bandwidth, fabricBytes / fabric.bandwidth) + latency;
    }
    if (traffic === undefined) return;
    for (let i = 0; i < n; i++) {
      traffic.nodeBytes += nodeOut[i]!;
      traffic.fabricBytes += fabricOut[i]!;
    }
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
