import type { ClusterSpec, CollectiveFit } from "@tokenyard/scenario";
import { libraryOf } from "../kernels/fitted/chosen-fit.ts";
import { serialSum } from "../serial-sum.ts";

/** Of the fits of a kind that of the library whose kernels run, or of vLLM, or else the first; undefined when collectives are not fitted, or not these. */
export function collectiveFitOf({ network, kernels, gpu }: ClusterSpec, kind: CollectiveFit["kind"]) {
  if (network.allReduce !== "fitted") return undefined;
  const ofKind = (network.fits ?? []).filter((fit): fit is CollectiveFit => fit.kind === kind);
  const library = kernels.kind !== "roofline" ? libraryOf(gpu.fits ?? [], kernels.library) : undefined;
  return ofKind.find((fit) => fit.library === library) ?? ofKind.find((fit) => fit.library === "vllm") ?? ofKind[0];
}

/** Seconds of a collective over `ranks` of a node of which each sends `sentBytes`. Source: docs/models.md#fitted-collectives. */
export function collectiveSeconds(fit: CollectiveFit, sentBytes: number, ranks: number): number {
  const { latency, perDoubling, start, window, serial } = fit;
  const moved = sentBytes / sentRate(fit, ranks) + Math.min(sentBytes, window) / start;
  return serialSum(latency + perDoubling * doublings(ranks), moved, serial);
}

/**
 * Bytes a second of what each of `ranks` would send by itself. A switch that adds up has (n + 1)/n of the buffer to carry from and to each, where
 * ranks send 2(n − 1)/n to each other.
 */
export function sentRate(fit: CollectiveFit, ranks: number): number {
  const switched = "switched" in fit ? (fit.switched ?? 0) : 0;
  return Math.max(fit.bandwidth, (switched * 2 * (ranks - 1)) / (ranks + 1));
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
