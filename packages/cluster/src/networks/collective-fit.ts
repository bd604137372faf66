import type { ClusterSpec, CollectiveFit } from "@tokenyard/scenario";
import { libraryOf } from "../kernels/fitted/chosen-fit.ts";

/**
 * Fit of a kind: that of the library whose kernels run, else vLLM's, else the first. Undefined when collectives of the kind are not fitted.
 */
export function collectiveFitOf({ network, kernels, gpu }: ClusterSpec, kind: CollectiveFit["kind"]) {
  if (network.allReduce !== "fitted") return undefined;
  const ofKind = (network.fits ?? []).filter((fit): fit is CollectiveFit => fit.kind === kind);
  const library = kernels.kind !== "roofline" ? libraryOf(gpu.fits ?? [], kernels.library) : undefined;
  return ofKind.find((fit) => fit.library === library) ?? ofKind.find((fit) => fit.library === "vllm") ?? ofKind[0];
}

/** With engines' collectives as if `small` and `medium` were always ways: engines' own limits depend on the ranks otherwise than `upTo`. */
export function withoutLimits(cluster: ClusterSpec): ClusterSpec {
  const { network } = cluster;
  return { ...cluster, network: { ...network, fits: network.fits?.map((fit) => ("upTo" in fit ? withoutLimit(fit) : fit)) } };
}

/** The fit of an engine's library without `upTo`, and NCCL's as it is. */
export function withoutLimit<Fit extends Pick<CollectiveFit, "library" | "upTo">>(fit: Fit): Fit {
  return fit.library === "nccl" ? fit : { ...fit, upTo: Number.POSITIVE_INFINITY };
}

/** Seconds of a collective over `ranks` of a node of which each sends `sentBytes`. Source: docs/models/network.md#fitted-collectives. */
export function collectiveSeconds(fit: CollectiveFit, sentBytes: number, ranks: number): number {
  const { small, medium, large, upTo = Number.POSITIVE_INFINITY } = fit;
  const peers = peerSteps(ranks);
  const buffer = sentBytes * bufferShare(fit, ranks);
  const mostSeconds = large.latency + peers * large.perPeer + sentBytes / largeRate(fit, ranks);
  if (buffer > upTo * ranks) return mostSeconds;
  const smallBytes = isOneShot(fit) ? buffer * (ranks - 1) : sentBytes;
  return Math.min(
    small.latency + peers * small.perPeer + smallBytes / small.bandwidth,
    medium.latency + peers * medium.perPeer + sentBytes / medium.bandwidth,
    mostSeconds,
  );
}

/** Bytes per second that each of `ranks` would send by itself, by the fastest way of a fit. */
export function sentRate(fit: CollectiveFit, ranks: number): number {
  const { small, medium } = fit;
  const smallShare = isOneShot(fit) ? 1 / (bufferShare(fit, ranks) * (ranks - 1)) : 1;
  return Math.max(small.bandwidth * smallShare, medium.bandwidth, largeRate(fit, ranks));
}

/** Largest rate for any number of ranks up to `most`. */
export function mostSentRate(fit: CollectiveFit, most: number): number {
  let rate = 0;
  for (let ranks = 2; ranks <= most; ranks++) rate = Math.max(rate, sentRate(fit, ranks));
  return rate;
}

/** A fit of one way that none of the fit's own beats over any number of ranks up to `most`: straight in the bytes. */
export function leastFit(fit: CollectiveFit, most: number): CollectiveFit {
  const ways = [fit.small, fit.medium, fit.large];
  const least = {
    latency: Math.min(...ways.map(({ latency }) => latency)),
    perPeer: Math.min(...ways.map(({ perPeer }) => perPeer)),
    bandwidth: mostSentRate(fit, most),
  };
  const { kind, library, on } = fit;
  return { kind, library, on, small: least, medium: least, large: { ...least, buffer: Number.POSITIVE_INFINITY } };
}

/** Least seconds of a collective over `ranks` beside its bytes. */
export function leastLatency({ small, medium, large }: CollectiveFit, ranks: number): number {
  const peers = peerSteps(ranks);
  return [small, medium, large].reduce((least, way) => Math.min(least, way.latency + peers * way.perPeer), Number.POSITIVE_INFINITY);
}

/**
 * A switch that adds up has (n + 1)/n of the buffer to carry from and to each, where ranks send 2(n − 1)/n to each other; beside it every rank passes
 * over its buffer.
 */
function largeRate(fit: CollectiveFit, ranks: number): number {
  const switched = "switched" in fit ? (fit.switched ?? 0) : 0;
  const sent = Math.max(fit.large.bandwidth, (switched * 2 * (ranks - 1)) / (ranks + 1));
  return 1 / (1 / sent + bufferShare(fit, ranks) / fit.large.buffer);
}

/** The buffer divided by the part that a rank sends: 2(n − 1)/n in an all-reduce, else (n − 1)/n. */
function bufferShare({ kind }: CollectiveFit, ranks: number): number {
  return ranks / ((kind === "all-reduce" ? 2 : 1) * (ranks - 1));
}

function isOneShot(fit: CollectiveFit): boolean {
  return "oneShot" in fit && fit.oneShot === true;
}

const MEASURED_RANKS = 8;

/** Number of peers after the first: in a ring each adds a step; beyond the measured ranks a tree grows as in the last doubling. */
function peerSteps(ranks: number): number {
  return ranks <= MEASURED_RANKS ? ranks - 2 : MEASURED_RANKS - 2 + (MEASURED_RANKS / 2) * (doublings(ranks) - doublings(MEASURED_RANKS));
}

/** The binary logarithm of powers of two, and straight lines between them. */
export function doublings(ranks: number): number {
  const whole = 31 - Math.clz32(ranks);
  const power = (2 << whole) >> 1;
  return whole + ranks / power - 1;
}

/** Sends in a node and over the fabric, where they were measured. */
export function sendFitsOf({ network }: ClusterSpec) {
  if (network.allReduce !== "fitted") return {};
  const fits = (network.fits ?? []).filter((fit) => fit.kind === "send");
  return { node: fits.find(({ over }) => over === "node"), fabric: fits.find(({ over }) => over === "fabric") };
}

/** Phrase that names in reports what was measured, and where. */
export function fittedName(allReduce: CollectiveFit | undefined, turnsRound: boolean): string | undefined {
  if (allReduce === undefined) return undefined;
  const exchanges = turnsRound ? "" : " and DeepEP's exchanges";
  return `${allReduce.library}'s all-reduce${exchanges} as measured on ${allReduce.on}`;
}
