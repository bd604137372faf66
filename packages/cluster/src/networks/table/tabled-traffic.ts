import type { ClusterSpec } from "@tokenyard/scenario";
import { peaksOf } from "../../peaks.ts";
import type { Ports } from "../../ports.ts";
import type { ExchangeKernels, Traffic } from "../../traffic.ts";
import { collectiveFitOf } from "../collective-fit.ts";
import { exchangeMultiprocessors } from "../exchange-fit.ts";
import { CollectiveTables } from "./collective-tables.ts";
import type { ModelledSeconds } from "./curve.ts";
import { ExchangeTables } from "./exchange-tables.ts";
import { type CollectiveKind, type MeasuredExchange, measuredTraffic } from "./measured-traffic.ts";
import { UnmeasuredTraffic } from "./unmeasured-traffic.ts";

/** Seconds of traffic by the network's own model, without tables. */
interface TrafficModel {
  readonly collectives: ModelledSeconds;
  exchangeSeconds(row: MeasuredExchange): number;
}

const FIT_OF = {
  "all-reduce": "all-reduce",
  "all-gather": "all-gather",
  "reduce-scatter": "all-gather",
  "all-to-all": "all-to-all",
} as const;

/** Traffic corrected by a network's tables, and the part of it inside their grid. Source: docs/models/network.md#tables-of-traffic. */
export class TabledTraffic {
  /** Paths of the files. */
  readonly paths: readonly string[];
  /** Whether a combine, or a reduce-scatter, may take another time than its reverse. */
  readonly hasWaysBack: boolean;
  readonly #collectives: CollectiveTables;
  readonly #exchanges: ExchangeTables;
  readonly #unmeasured = new UnmeasuredTraffic();

  private constructor(cluster: ClusterSpec, files: NonNullable<ClusterSpec["network"]["files"]>, model: TrafficModel) {
    const { collectives, exchanges } = measuredTraffic(files);
    const kernelsOf = (kind: CollectiveKind) => (kind === "send" ? undefined : collectiveFitOf(cluster, FIT_OF[kind]));
    this.#collectives = new CollectiveTables(collectives, model.collectives, kernelsOf, peaksOf(cluster).nodeBytesPerSecond);
    const multiprocessorsOf = (kernels: ExchangeKernels, nodes: number) => exchangeMultiprocessors(cluster, kernels, nodes);
    this.#exchanges = new ExchangeTables(exchanges, model.exchangeSeconds, multiprocessorsOf);
    this.paths = [...new Set(files.map(({ path }) => path))];
    this.hasWaysBack = exchanges.length > 0 || collectives.some(({ kind }) => kind === "all-gather" || kind === "reduce-scatter");
  }

  static of(cluster: ClusterSpec, model: TrafficModel): TabledTraffic | undefined {
    const { files } = cluster.network;
    return files === undefined ? undefined : new TabledTraffic(cluster, files, model);
  }

  /** Whether tables correct this collective on its numbers of ranks and nodes. */
  covers(kind: CollectiveKind, ranks: number, nodes: number): boolean {
    return this.#collectives.covers(kind, ranks, nodes);
  }

  /** Corrected seconds of a collective for which the model returns `modelSeconds`. */
  seconds(kind: CollectiveKind, bytes: number, ranks: number, nodes: number, modelSeconds: number, traffic?: Traffic): number {
    const seconds = this.#collectives.seconds(kind, bytes, ranks, nodes, modelSeconds);
    if (traffic?.tabledSeconds === undefined) return seconds;
    if (this.#collectives.isInside) traffic.tabledSeconds += seconds * ranks;
    else this.#miss(kind, ranks, nodes);
    return seconds;
  }

  /** Corrected seconds of a send, which occupies only its sender. */
  sendSeconds(bytes: number, nodes: number, modelSeconds: number, traffic?: Traffic): number {
    const seconds = this.#collectives.seconds("send", bytes, 2, nodes, modelSeconds);
    if (traffic?.tabledSeconds === undefined) return seconds;
    if (this.#collectives.isInside) traffic.tabledSeconds += seconds;
    else this.#miss("send", 2, nodes);
    return seconds;
  }

  /**
   * Corrects `out` [members], the model's times for what `ports` counted in units of `unitBytes`: as an exchange of tokens, or as an
   * all-to-all if no table has the exchange and the model has no kernels of its own for it (`isFitted`).
   */
  correct(
    ports: Ports,
    nodes: number,
    unitBytes: number,
    kernels: ExchangeKernels | undefined,
    isFitted: boolean,
    out: Float64Array,
    traffic: Traffic | undefined,
  ): void {
    const { members, nodeOut, nodeIn, fabricOut, fabricIn } = ports;
    const exchange = kernels !== undefined && this.#exchanges.covers(kernels, members, nodes) ? kernels : undefined;
    if (exchange === undefined && traffic?.tabledSeconds !== undefined && hasAny(ports)) {
      if (kernels === undefined) this.#miss("all-to-all", members, nodes);
      else this.#unmeasured.exchange(kernels, members, nodes);
    }
    if (exchange === undefined && (isFitted || !this.#collectives.covers("all-to-all", members, nodes))) return;
    let longest = 0;
    let inside = 0;
    for (let i = 0; i < members; i++) {
      const sent = (Math.max(nodeOut[i]!, nodeIn[i]!) + Math.max(fabricOut[i]!, fabricIn[i]!)) * unitBytes;
      if (sent === 0) continue;
      if (exchange !== undefined) {
        out[i]! *= this.#exchanges.ratio(exchange, members, nodes, sent / exchange.tokenBytes);
        if (this.#exchanges.isInside) inside++;
      } else {
        out[i] = this.#collectives.seconds("all-to-all", (sent * members) / (members - 1), members, nodes, out[i]!);
        if (this.#collectives.isInside) inside++;
      }
      longest = Math.max(longest, out[i]!);
    }
    if (traffic?.tabledSeconds !== undefined) traffic.tabledSeconds += longest * inside; // all wait for the slowest
  }

  /** Phrases for counted traffic that no table has rows for. */
  get unmeasured(): readonly string[] {
    return this.#unmeasured.phrases;
  }

  #miss(kind: CollectiveKind, ranks: number, nodes: number): void {
    const like = this.#collectives.likeOf(kind, ranks, nodes);
    if (like !== "own") this.#unmeasured.collective(kind, ranks, nodes, like);
  }

  /** Least ratios of traffic's times to the model's. */
  get leastShares() {
    const gather = this.#collectives.leastShare("all-gather", "reduce-scatter");
    return {
      allReduce: Math.min(this.#collectives.leastShare("all-reduce"), gather), // over nodes it is made of gathers
      gather,
      exchange: Math.min(this.#exchanges.leastShare, this.#collectives.leastShare("all-to-all")),
      send: this.#collectives.leastShare("send"),
    };
  }
}

/** Whether anything is sent. */
function hasAny({ members, nodeOut, fabricOut }: Ports): boolean {
  for (let i = 0; i < members; i++) if (nodeOut[i]! + fabricOut[i]! > 0) return true;
  return false;
}
