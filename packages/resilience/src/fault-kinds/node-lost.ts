import type { DatedFaultSpec } from "@tokenyard/scenario";
import { ranksOfNode } from "../machines.ts";
import { type FaultKind, rising } from "./fault-kind.ts";

/** Loss of nodes, with all processes on them. */
export const nodeLost: FaultKind<Extract<DatedFaultSpec, { kind: "node-lost" }>> = {
  symptom: { isGone: true, withNode: true, raisesError: false },
  breaks: "node",
  overYears: { not: "how often nodes are lost is availability.mtbfPerNode" },
  struck: ({ nodes }, plans) => ({ ranks: rising(nodes.flatMap((node) => ranksOfNode(plans, node))) }),
};
