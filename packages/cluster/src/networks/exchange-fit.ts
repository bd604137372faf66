import type { ClusterSpec, TrafficFitOf } from "@tokenyard/scenario";
import { serialSum } from "../serial-sum.ts";
import type { ExchangeKernels } from "../traffic.ts";
import { doublings } from "./collective-fit.ts";

type ExchangeFit = TrafficFitOf<"exchange">;

type Coefficients = Pick<
  ExchangeFit,
  "latency" | "perDoubling" | "bandwidth" | "perMultiprocessor" | "perCopy" | "first" | "fill" | "serial"
>;

/** A tier as far as a fit speaks of it: shares of these. */
interface Tier {
  readonly bandwidth: number;
  readonly latency: number;
}

/** Measured exchanges of one phase, over the tiers of a cluster. Source: docs/models/network.md#fitted-exchanges. */
export class FittedExchange {
  readonly #node: Tier;
  readonly #fabric: Tier;
  readonly #inNode: ExchangeFit | undefined;
  readonly #overNodes: ExchangeFit | undefined;
  /** Multiprocessors that the GPU gives to communication; undefined where each fit states its own. */
  readonly #multiprocessors: number | undefined;

  constructor({ network, gpu }: Pick<ClusterSpec, "network" | "gpu">, inNode: ExchangeFit | undefined, overNodes: ExchangeFit | undefined) {
    this.#node = network.node;
    this.#fabric = network.fabric;
    this.#inNode = inNode;
    this.#overNodes = overNodes;
    this.#multiprocessors = communicationMultiprocessors(gpu);
  }

  /** Whether groups on this number of nodes were measured. */
  covers(nodes: number): boolean {
    return (nodes === 1 ? this.#inNode : this.#overNodes) !== undefined;
  }

  /**
   * Seconds of a rank in a group on `nodes` nodes, by the larger of the bytes that it sends and receives. `copies` are the copies (or
   * tokens, counted once for each rank that they go to) on that side.
   */
  seconds(nodes: number, nodeBytes: number, fabricBytes: number, copies: number): number {
    return this.secondsBy(this.multiprocessors(nodes), nodes, nodeBytes, fabricBytes, copies);
  }

  /** Multiprocessors of its kernels; undefined where the fit does not depend on them. */
  multiprocessors(nodes: number): number | undefined {
    return this.#multiprocessors ?? this.#fitOf(nodes).multiprocessors;
  }

  /** Seconds by kernels on `multiprocessors` multiprocessors. */
  secondsBy(multiprocessors: number | undefined, nodes: number, nodeBytes: number, fabricBytes: number, copies: number): number {
    if (nodeBytes === 0 && fabricBytes === 0) return 0;
    return exchangeSeconds(this.#fitOf(nodes), this.#node, this.#fabric, nodes, nodeBytes, fabricBytes, copies, multiprocessors);
  }

  #fitOf(nodes: number): ExchangeFit {
    return (nodes === 1 ? this.#inNode : this.#overNodes)!;
  }
}

/** Multiprocessors that communication has; undefined where the GPU states none. */
export function communicationMultiprocessors({ communicationShare = 0, multiprocessors }: ClusterSpec["gpu"]): number | undefined {
  return communicationShare > 0 && multiprocessors !== undefined ? communicationShare * multiprocessors : undefined;
}

/** Seconds that `FittedExchange.seconds` returns, for kernels on `multiprocessors` multiprocessors. */
export function exchangeSeconds(
  { latency, perDoubling = 0, bandwidth, perMultiprocessor, perCopy = 0, first, fill = 0, serial }: Coefficients,
  node: Tier,
  fabric: Tier,
  nodes: number,
  nodeBytes: number,
  fabricBytes: number,
  copies: number,
  multiprocessors: number | undefined,
): number {
  let fixed: number;
  let moved: number;
  if (nodes === 1) {
    fixed = latency * node.latency;
    moved = nodeBytes / (bandwidth * node.bandwidth);
  } else {
    fixed = (latency + perDoubling * doublings(nodes)) * fabric.latency;
    moved = Math.max(fabricBytes / (bandwidth * fabric.bandwidth), nodeBytes / node.bandwidth);
  }
  if (perMultiprocessor !== undefined && multiprocessors !== undefined) {
    moved = Math.max(moved, ((nodeBytes + fabricBytes) / perMultiprocessor + copies * perCopy) / multiprocessors);
  }
  if (first !== undefined) fixed += (nodeBytes + fabricBytes) / copies / first;
  return serialSum(fixed, moved + Math.min(moved, fill), serial);
}

/** The measured exchange of a phase on this cluster, or undefined where none was measured in a node or over nodes. */
export function fittedExchangeOf(cluster: ClusterSpec, { dispatch, phase }: Pick<ExchangeKernels, "dispatch" | "phase">) {
  const { network } = cluster;
  if (network.allReduce !== "fitted") return undefined;
  const fits = (network.fits ?? []).filter((fit) => fit.kind === "exchange");
  const over = (wanted: ExchangeFit["over"]) => fits.find((fit) => fit.over === wanted && fit.dispatch === dispatch && fit.phase === phase);
  const [inNode, overNodes] = [over("node"), over("fabric")];
  return inNode === undefined && overNodes === undefined ? undefined : new FittedExchange(cluster, inNode, overNodes);
}

/** DeepEP's default for its normal kernels. */
const USUAL_MULTIPROCESSORS = 20;

/** Number of multiprocessors that kernels of an exchange use on this cluster. */
export function exchangeMultiprocessors(cluster: ClusterSpec, kernels: Pick<ExchangeKernels, "dispatch" | "phase">, nodes: number): number {
  const fit = fittedExchangeOf(cluster, kernels);
  return (fit?.covers(nodes) ? fit.multiprocessors(nodes) : communicationMultiprocessors(cluster.gpu)) ?? USUAL_MULTIPROCESSORS;
}

/** Bytes a second of a rank in the fastest measured traffic over a tier; 0 where none was measured. */
export function exchangeRate({ network }: ClusterSpec, over: ExchangeFit["over"]): number {
  if (network.allReduce !== "fitted") return 0;
  const fits = (network.fits ?? []).filter((fit) => fit.kind === "exchange" || fit.kind === "send").filter((fit) => fit.over === over);
  return fits.reduce((most, { bandwidth }) => Math.max(most, bandwidth * network[over].bandwidth), 0);
}

/** Least share of an exchange's latency that its bytes never hide, of the fits over either tier; undefined where none was measured. */
export function leastSerial({ network }: ClusterSpec): number | undefined {
  if (network.allReduce !== "fitted") return undefined;
  const fits = (network.fits ?? []).filter((fit) => fit.kind === "exchange");
  return fits.length === 0 ? undefined : Math.min(...fits.map(({ serial, latency }) => serial * latency));
}
