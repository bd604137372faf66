import type { Plan } from "@tokenyard/placement";
import type { DatedFaultSpec } from "@tokenyard/scenario";
import { machinesOf, ranksOfNode } from "../machines.ts";
import { type FaultKind, rising, SILENT } from "./fault-kind.ts";

/** All links that end at a leaf switch are down. It is not drawn. */
export const switchLost: FaultKind<Extract<DatedFaultSpec, { kind: "switch-lost" }>> = {
  symptom: SILENT,
  ofLinks: true,
  breaks: "gpu",
  overYears: { cause: "down" },
  struck: ({ leaves, nodesPerLeaf }, plans) => ({ ranks: rising(leaves.flatMap((leaf) => ranksOfLeaf(plans, leaf, nodesPerLeaf))) }),
};

function ranksOfLeaf(plans: readonly Plan[], leaf: number, nodesPerLeaf: number): number[] {
  const { nodes } = machinesOf(plans);
  return Array.from({ length: nodesPerLeaf }, (_, i) => leaf * nodesPerLeaf + i)
    .filter((node) => node < nodes)
    .flatMap((node) => ranksOfNode(plans, node));
}
