import type { ClusterSpec } from "@tokenyard/scenario";

export type TwoTierSpec = Extract<ClusterSpec["network"], { kind: "two-tier" }>;

/** How ranks of one node reduce among each other, where that was not measured. Source: docs/models/network.md#network. */
type Algorithm = Exclude<TwoTierSpec["allReduce"], "fastest" | "fitted">;

const ALGORITHMS: readonly Algorithm[] = ["two-shot", "one-shot", "ring"]; // the first of equally fast ones

/** Bytes that each of n ranks sends in an all-reduce, as a multiple of the buffer. */
export function sentOf(algorithm: Algorithm, n: number): number {
  return algorithm === "one-shot" ? n - 1 : (2 * (n - 1)) / n;
}

/** The algorithm that the scenario names, or the fastest for this number of bytes. */
export function algorithmOf({ allReduce, node }: TwoTierSpec, bytes: number, ranks: number): Algorithm {
  if (allReduce !== "fastest" && allReduce !== "fitted") return allReduce;
  return ALGORITHMS.reduce((best, next) =>
    inNodeSeconds(next, node, bytes, ranks) < inNodeSeconds(best, node, bytes, ranks) ? next : best,
  );
}

/** Seconds of an all-reduce of `bytes` over `ranks` ranks of a node. */
export function inNodeSeconds(algorithm: Algorithm, { bandwidth, latency }: TwoTierSpec["node"], bytes: number, ranks: number): number {
  return (sentOf(algorithm, ranks) * bytes) / bandwidth + (algorithm === "ring" ? 2 * (ranks - 1) : 1) * latency;
}
