import {
  type Collective,
  type CountedExchange,
  createNetworkModel,
  type ExchangeKernels,
  NetworkModel,
  type Traffic,
} from "@tokenyard/cluster";
import type { ClusterSpec } from "@tokenyard/scenario";
import type { PricingNetwork } from "./doors.ts";
import { type Asked, answered } from "./guarded.ts";
import { PluginFault } from "./plugin-fault.ts";
import { secondsProblem } from "./seconds-problem.ts";

/** The network that stands in by `cluster`, with the times of a plug-in. */
export function pluggedNetwork(own: PricingNetwork, cluster: ClusterSpec, name: string, asked: Asked): NetworkModel {
  return new PluggedNetwork(own, createNetworkModel(cluster), cluster.gpusPerNode, name, asked);
}

/** A network of ours whose times a plug-in may replace, each of which is checked: finite and not below 0. What moves is counted by ours; 0 bytes take the time of ours. */
class PluggedNetwork extends NetworkModel {
  readonly name: string;
  readonly #own: PricingNetwork;
  readonly #inner: NetworkModel;
  readonly #asked: Asked;
  readonly #port = { rank: 0, nodeBytes: 0, fabricBytes: 0, nodePeers: 0, fabricPeers: 0 };

  constructor(own: PricingNetwork, inner: NetworkModel, gpusPerNode: number, name: string, asked: Asked) {
    super(gpusPerNode);
    this.#own = own;
    this.#inner = inner;
    this.#asked = asked;
    this.name = name;
  }

  override get contends() {
    return this.#inner.contends;
  }

  override get turnsRound() {
    return this.#inner.turnsRound;
  }

  override get unmeasured() {
    return this.#inner.unmeasured;
  }

  override latencySeconds(from: number, to: number): number {
    return this.#own.sendSeconds === undefined || from === to ? this.#inner.latencySeconds(from, to) : 0; // all of its time is in the send
  }

  linkSeconds(bytes: number, from: number, to: number, traffic?: Traffic): number {
    return this.#sent(this.#inner.linkSeconds(bytes, from, to, traffic), bytes, from, to);
  }

  override transferSeconds(bytes: number, from: number, to: number): number {
    return this.#sent(this.#inner.transferSeconds(bytes, from, to), bytes, from, to);
  }

  override sentInNode(bytes: number, n: number): number {
    return this.#inner.sentInNode(bytes, n);
  }

  collectiveSeconds(kind: Collective, bytes: number, ranks: ArrayLike<number>, traffic?: Traffic, parts?: Float64Array): number {
    const seconds = this.#inner.collectiveSeconds(kind, bytes, ranks, traffic, parts);
    const own = this.#own;
    if (own.collectiveSeconds === undefined) return seconds;
    return this.#checked(
      `a collective (${kind})`,
      answered(this.#asked, () => own.collectiveSeconds!(kind, bytes, ranks, seconds)),
    );
  }

  override mostCopiesSeconds(copies: number, copyBytes: number, ranks: ArrayLike<number>, kernels?: ExchangeKernels): number | undefined {
    return this.#own.exchangeSeconds === undefined ? this.#inner.mostCopiesSeconds(copies, copyBytes, ranks, kernels) : undefined;
  }

  exchangeSeconds(counted: CountedExchange, unitBytes: number, out: Float64Array, traffic?: Traffic, kernels?: ExchangeKernels): void {
    this.#inner.exchangeSeconds(counted, unitBytes, out, traffic, kernels);
    const own = this.#own;
    if (own.exchangeSeconds === undefined) return;
    const { ports, pattern } = counted;
    const { ranks } = pattern;
    const port = this.#port;
    for (let i = 0; i < ranks.length; i++) {
      port.rank = ranks[i]!;
      port.nodeBytes = Math.max(ports.nodeOut[i]!, ports.nodeIn[i]!) * unitBytes;
      port.fabricBytes = Math.max(ports.fabricOut[i]!, ports.fabricIn[i]!) * unitBytes;
      port.nodePeers = ports.nodePeers[i]!;
      port.fabricPeers = ports.fabricPeers[i]!;
      if (port.nodeBytes === 0 && port.fabricBytes === 0) continue;
      out[i] = this.#checked(
        "an exchange",
        answered(this.#asked, () => own.exchangeSeconds!(port, out[i]!)),
      );
    }
  }

  #sent(seconds: number, bytes: number, from: number, to: number): number {
    const own = this.#own;
    if (own.sendSeconds === undefined || bytes === 0 || from === to) return seconds;
    return this.#checked(
      "a send",
      answered(this.#asked, () => own.sendSeconds!(bytes, from, to, seconds)),
    );
  }

  #checked(what: string, seconds: unknown): number {
    const problem = secondsProblem(what, seconds);
    if (problem !== undefined) throw new PluginFault(this.#asked.plugin, this.#asked.door, problem);
    return seconds as number;
  }
}
