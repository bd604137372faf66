import type { DatedFaultSpec } from "@tokenyard/scenario";
import { ranksOfNode } from "../machines.ts";
import { type FaultKind, rising } from "./fault-kind.ts";

/** Nodes are gone with all that runs there. */
export const nodeLost: FaultKind<Extract<DatedFaultSpec, { kind: "node-lost" }>> = {
  symptom: { isGone: true, withNode: true, raisesError: false },
  breaks: "node",
  overYears: { not: "how often nodes are lost is availability.mtbfPerNode" },
  struck: ({ nodes }, plans) => ({ ranks: rising(nodes.flatMap((node) => ranksOfNode(plans, node))) }),
};
