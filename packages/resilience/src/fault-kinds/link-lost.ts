import type { DatedFaultSpec } from "@tokenyard/scenario";
import { ranksOfNode } from "../machines.ts";
import { type FaultKind, rising, SILENT } from "./fault-kind.ts";

/** Links to the fabric are down, once or again and again. */
export const linkLost: FaultKind<Extract<DatedFaultSpec, { kind: "link-lost" | "link-flap" }>> = {
  symptom: SILENT,
  ofLinks: true,
  breaks: "gpu",
  overYears: { cause: "down" },
  struck: ({ ranks = [], nodes = [] }, plans) => ({ ranks: rising([...ranks, ...nodes.flatMap((node) => ranksOfNode(plans, node))]) }),
};
