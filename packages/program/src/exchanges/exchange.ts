import type { ExchangeKernels, Traffic } from "@tokenyard/cluster";
import { nsFromSeconds } from "@tokenyard/engine";
import type { ExpertLoad } from "../experts/expert-load.ts";
import type { CopyFlows } from "./copy-flows.ts";
import { CopyTimes } from "./copy-times.ts";
import type { ExchangeSpec } from "./exchange-spec.ts";
import type { VisitFlows } from "./visit-flows.ts";

/** How long the sources of a stage take to send each other their copies, or to send the results back. */
export class Exchange {
  readonly #spec: ExchangeSpec;
  /** Kernels of exchanges of tokens, each sent once to a rank; and of copies. */
  readonly #ofTokens: ExchangeKernels;
  readonly #ofCopies: ExchangeKernels;
  /** Bytes of one copy on its way. */
  readonly #tokenBytes: number;
  /** Copy flows, and the time of members by the ranks of an exchange group, where it depends on the number of copies alone. */
  readonly #copies: CopyFlows;
  readonly #times = new Map<ArrayLike<number>, CopyTimes | undefined>();
  // Of the last group that was asked for:
  #lastRanks: ArrayLike<number> | undefined;
  #lastTimes: CopyTimes | undefined;
  /** [replicas × stages][exchange groups] where tokens are; undefined for a group whose flows another's are */
  readonly #flows: readonly (readonly (VisitFlows | undefined)[])[];
  /** [sources] */
  readonly #portSeconds: Float64Array;
  /** [sources] bytes that each brings */
  readonly #brought: Float64Array;
  /** [sources that share an expert] bytes of copies that reached each */
  readonly #slotBytes: Float64Array;
  readonly #traffic = { nodeBytes: 0, fabricBytes: 0, tabledSeconds: 0 };

  /** `flows`: result of `flowsOf`. A dispatch and its combine share it, and `copies`. */
  constructor(
    spec: ExchangeSpec,
    kernels: Omit<ExchangeKernels, "dispatch">,
    flows: readonly (readonly (VisitFlows | undefined)[])[],
    copies: CopyFlows,
  ) {
    const { sources, tensor, sourceRanks } = spec.plan;
    this.#spec = spec;
    this.#flows = flows;
    this.#copies = copies;
    this.#ofTokens = { dispatch: "per-token", ...kernels };
    this.#ofCopies = { dispatch: "per-copy", ...kernels };
    this.#tokenBytes = kernels.tokenBytes;
    this.#portSeconds = new Float64Array(sources);
    this.#brought = new Float64Array(sources);
    this.#slotBytes = new Float64Array(Math.max(1, tensor / sourceRanks));
  }

  /** Times it for the copies of `load`, unless that is known, on every rank of `stage`; groups that carry the same bytes between the same nodes are timed once. */
  time(load: ExpertLoad, stage: number): void {
    if (load.exchanged === this) return;
    load.exchanged = this;
    const { sourceRanks, sources } = this.#spec.plan;
    const { exchange } = this.#spec.links[stage]!;
    load.exchangeTraffic.nodeBytes = 0;
    load.exchangeTraffic.fabricBytes = 0;
    load.exchangeTraffic.tabledSeconds = 0;
    const { routes } = this.#spec.links[stage]!;
    const { visits, picked } = load;
    for (let i = 0; i < sourceRanks; i++) {
      const group = exchange[i]!;
      if (group.sameAs === i) {
        this.#traffic.nodeBytes = 0;
        this.#traffic.fabricBytes = 0;
        this.#traffic.tabledSeconds = 0;
        const times = visits === undefined && picked === undefined ? this.#timesOf(group.ranks) : undefined;
        if (times !== undefined) {
          this.#timeByCopies(times, load, i, group.share);
          continue;
        }
        if (picked !== undefined) {
          const kernels = picked.isVisiting ? this.#ofTokens : this.#ofCopies;
          this.#spec.network.copyExchangeSeconds(picked.portsOf(i), this.#tokenBytes, this.#portSeconds, this.#traffic, kernels);
        } else if (visits === undefined) {
          const ports = this.#copies.of(load, stage, i);
          this.#spec.network.copyExchangeSeconds(ports, this.#tokenBytes, this.#portSeconds, this.#traffic, this.#ofCopies);
        } else {
          const flows = this.#flows[stage]![i]!.of(load, routes!.groups[i]!);
          this.#spec.network.tokenExchangeSeconds(flows, this.#tokenBytes, group.ranks, this.#portSeconds, this.#traffic, this.#ofTokens);
        }
      }
      load.exchangeTraffic.nodeBytes += this.#traffic.nodeBytes;
      load.exchangeTraffic.fabricBytes += this.#traffic.fabricBytes;
      load.exchangeTraffic.tabledSeconds += this.#traffic.tabledSeconds;
      const { exchangeNs } = load;
      const seconds = this.#portSeconds;
      const { sameAs } = group;
      if (sameAs === i) for (let g = 0, at = i; g < sources; g++, at += sourceRanks) exchangeNs[at] = nsFromSeconds(seconds[g]!);
      else for (let at = i; at < exchangeNs.length; at += sourceRanks) exchangeNs[at] = exchangeNs[at - i + sameAs]!;
    }
  }

  /** Times, into `out` [ranks of the stage], how long the sources take to hold all their `tokens` [sources]; or to add up the results of all (`isScatter`). */
  gatherTokens(tokens: Float64Array, stage: number, out: Float64Array, traffic: Traffic, isScatter = false): void {
    const { sourceRanks, sources } = this.#spec.plan;
    const { exchange } = this.#spec.links[stage]!;
    for (let g = 0; g < sources; g++) this.#brought[g] = tokens[g]! * this.#tokenBytes;
    for (let i = 0; i < sourceRanks; i++) {
      const duration = nsFromSeconds(this.#spec.network.allGatherSeconds(this.#brought, exchange[i]!.ranks, traffic, isScatter));
      for (let g = 0; g < sources; g++) out[g * sourceRanks + i] = duration;
    }
  }

  /**
   * Fills `out` [ranks of the stage] with the time until the sources that share experts hold all copies for them, starting from their own
   * slots' copies; or until they have added up their results (`isScatter`).
   */
  gatherCopies(load: ExpertLoad, stage: number, out: Float64Array, traffic: Traffic, isScatter = false): void {
    const { sourceRanks, tensor, expert, sources } = this.#spec.plan;
    const { gather } = this.#spec.links[stage]!;
    const slots = tensor / sourceRanks;
    const sent = load.arrivals();
    for (let e = 0; e < expert; e++) {
      const arrived = this.#slotBytes.fill(0);
      for (let g = 0; g < sources; g++) {
        arrived[g % slots]! += sent[g * expert + e]! * this.#tokenBytes;
      }
      for (let i = 0; i < sourceRanks; i++) {
        const group = gather[e * sourceRanks + i]!;
        const duration = nsFromSeconds(this.#spec.network.allGatherSeconds(arrived, group, traffic, isScatter));
        for (let slot = 0; slot < slots; slot++) out[e * tensor + slot * sourceRanks + i] = duration;
      }
    }
  }

  #timesOf(ranks: ArrayLike<number>): CopyTimes | undefined {
    if (ranks === this.#lastRanks) return this.#lastTimes;
    if (!this.#times.has(ranks)) this.#times.set(ranks, CopyTimes.of(this.#spec.network, ranks, this.#ofCopies));
    this.#lastRanks = ranks;
    this.#lastTimes = this.#times.get(ranks);
    return this.#lastTimes;
  }

  /** Times exchange group `i` on a node, to the experts on place `share` of each member. */
  #timeByCopies(times: CopyTimes, load: ExpertLoad, i: number, share: number): void {
    const { sourceRanks, sources } = this.#spec.plan;
    const { exchangeNs, exchangeTraffic } = load;
    this.#copies.count(load, share);
    const { most, moved } = this.#copies;
    this.#traffic.nodeBytes = moved * this.#tokenBytes;
    this.#traffic.fabricBytes = 0;
    exchangeTraffic.nodeBytes += this.#traffic.nodeBytes;
    for (let g = 0; g < sources; g++) exchangeNs[g * sourceRanks + i] = times.ns(most[g]!);
  }
}
