import type { Plan } from "@tokenyard/placement";
import type { DatedFaultSpec } from "@tokenyard/scenario";
import { machinesOf, ranksOfNode } from "../machines.ts";
import { type FaultKind, rising, SILENT } from "./fault-kind.ts";

/** All links that end at a leaf switch are down: of all GPUs of its nodes, or of those on its rails. It is not drawn. */
export const switchLost: FaultKind<Extract<DatedFaultSpec, { kind: "switch-lost" }>> = {
  symptom: SILENT,
  ofLinks: true,
  breaks: "gpu",
  overYears: { cause: "down" },
  struck: ({ leaves, nodesPerLeaf, rails }, plans) => ({
    ranks: rising(leaves.flatMap((leaf) => ranksOfLeaf(plans, leaf, nodesPerLeaf, rails))),
  }),
};

/** The GPUs whose links end at `leaf`, with those at the places `rails` of their nodes alone where it is given. */
export function ranksOfLeaf(plans: readonly Plan[], leaf: number, nodesPerLeaf: number, rails?: readonly number[]): number[] {
  const { nodes } = machinesOf(plans);
  return Array.from({ length: nodesPerLeaf }, (_, i) => leaf * nodesPerLeaf + i)
    .filter((node) => node < nodes)
    .flatMap((node) => ranksOfNode(plans, node).filter((_, place) => rails?.includes(place) ?? true));
}
