import {
  type CopyPorts,
  type ExchangeKernels,
  type NetworkModel,
  Ports,
  type SentPorts,
  type TokenFlows,
  type Traffic,
} from "@tokenyard/cluster";
import type { Collective, ExchangePort, PricingNetwork } from "./doors.ts";
import { type Asked, answered } from "./guarded.ts";
import { PluginFault } from "./plugin-fault.ts";

/** A network of ours whose times a plug-in may replace, each of which is checked: finite and not below 0. What moves is counted by ours; 0 bytes take the time of ours. */
export class PluggedNetwork implements NetworkModel {
  readonly name: string;
  readonly contends: boolean;
  readonly turnsRound: boolean;
  readonly #own: PricingNetwork;
  readonly #inner: NetworkModel;
  readonly #asked: Asked;
  readonly #ranksOf = new WeakMap<object, ArrayLike<number>>();
  readonly #port = { rank: 0, nodeBytes: 0, fabricBytes: 0, nodePeers: 0, fabricPeers: 0 };

  constructor(own: PricingNetwork, inner: NetworkModel, name: string, asked: Asked) {
    this.#own = own;
    this.#inner = inner;
    this.#asked = asked;
    this.name = name;
    this.contends = inner.contends;
    this.turnsRound = inner.turnsRound;
  }

  get unmeasured() {
    return this.#inner.unmeasured;
  }

  latencySeconds(from: number, to: number): number {
    return this.#own.sendSeconds === undefined || from === to ? this.#inner.latencySeconds(from, to) : 0; // all of its time is in the send
  }

  sendSeconds(bytes: number, from: number, to: number, traffic?: Traffic): number {
    return this.#sent(this.#inner.sendSeconds(bytes, from, to, traffic), bytes, from, to);
  }

  transferSeconds(bytes: number, from: number, to: number): number {
    return this.#sent(this.#inner.transferSeconds(bytes, from, to), bytes, from, to);
  }

  allReduceSeconds(bytes: number, ranks: ArrayLike<number>, traffic?: Traffic): number {
    return this.#collected("all-reduce", this.#inner.allReduceSeconds(bytes, ranks, traffic), bytes, ranks);
  }

  allGatherSeconds(bytes: Float64Array, ranks: ArrayLike<number>, traffic?: Traffic, isScatter = false): number {
    const seconds = this.#inner.allGatherSeconds(bytes, ranks, traffic, isScatter);
    let all = 0;
    for (let i = 0; i < ranks.length; i++) all += bytes[i]!;
    return this.#collected(isScatter ? "reduce-scatter" : "all-gather", seconds, all, ranks);
  }

  broadcastSeconds(bytes: number, ranks: ArrayLike<number>, traffic?: Traffic): number {
    return this.#collected("broadcast", this.#inner.broadcastSeconds(bytes, ranks, traffic), bytes, ranks);
  }

  allToAllSeconds(bytes: Float64Array, ranks: ArrayLike<number>, out: Float64Array, traffic?: Traffic, kernels?: ExchangeKernels): void {
    this.#inner.allToAllSeconds(bytes, ranks, out, traffic, kernels);
    if (this.#own.exchangeSeconds === undefined) return;
    const ports = new Ports(ranks.length);
    ports.count(bytes, this.#inner.copyPorts(ranks).pattern);
    this.#exchange(ports, 1, ranks, out);
  }

  copyPorts(ranks: ArrayLike<number>): CopyPorts {
    return this.#noted(this.#inner.copyPorts(ranks), ranks);
  }

  sentPorts(ranks: ArrayLike<number>): SentPorts {
    return this.#noted(this.#inner.sentPorts(ranks), ranks);
  }

  copyExchangeSeconds(
    counted: CopyPorts | SentPorts,
    copyBytes: number,
    out: Float64Array,
    traffic?: Traffic,
    kernels?: ExchangeKernels,
  ): void {
    this.#inner.copyExchangeSeconds(counted, copyBytes, out, traffic, kernels);
    this.#exchange(counted.ports, copyBytes, this.#ranksOf.get(counted)!, out);
  }

  mostCopiesSeconds(copies: number, copyBytes: number, ranks: ArrayLike<number>, kernels?: ExchangeKernels): number | undefined {
    return this.#own.exchangeSeconds === undefined ? this.#inner.mostCopiesSeconds?.(copies, copyBytes, ranks, kernels) : undefined;
  }

  tokenExchangeSeconds(
    flows: TokenFlows,
    tokenBytes: number,
    ranks: ArrayLike<number>,
    out: Float64Array,
    traffic?: Traffic,
    kernels?: ExchangeKernels,
  ): void {
    this.#inner.tokenExchangeSeconds(flows, tokenBytes, ranks, out, traffic, kernels);
    if (this.#own.exchangeSeconds === undefined) return;
    const ports = new Ports(ranks.length);
    ports.countOnce(flows, tokenBytes, this.#inner.copyPorts(ranks).pattern);
    this.#exchange(ports, 1, ranks, out);
  }

  #noted<P extends object>(ports: P, ranks: ArrayLike<number>): P {
    this.#ranksOf.set(ports, ranks);
    return ports;
  }

  #sent(seconds: number, bytes: number, from: number, to: number): number {
    const own = this.#own;
    if (own.sendSeconds === undefined || bytes === 0 || from === to) return seconds;
    return this.#checked(
      "a send",
      answered(this.#asked, () => own.sendSeconds!(bytes, from, to, seconds)),
    );
  }

  #collected(kind: Collective, seconds: number, bytes: number, ranks: ArrayLike<number>): number {
    const own = this.#own;
    if (own.collectiveSeconds === undefined || bytes === 0 || ranks.length <= 1) return seconds;
    return this.#checked(
      `a collective (${kind})`,
      answered(this.#asked, () => own.collectiveSeconds!(kind, bytes, ranks, seconds)),
    );
  }

  #exchange(ports: Ports, unitBytes: number, ranks: ArrayLike<number>, out: Float64Array): void {
    const own = this.#own;
    if (own.exchangeSeconds === undefined) return;
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
        answered(this.#asked, () => own.exchangeSeconds!(port as ExchangePort, out[i]!)),
      );
    }
  }

  #checked(what: string, seconds: unknown): number {
    if (typeof seconds === "number" && seconds >= 0 && seconds < Number.POSITIVE_INFINITY) return seconds;
    throw new PluginFault(this.#asked.plugin, this.#asked.door, `${what} takes ${String(seconds)} s; wanted a number from 0 on`);
  }
}
