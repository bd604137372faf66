import type { DatedFaultSpec } from "@tokenyard/scenario";
import { type FaultKind, rising, SILENT } from "./fault-kind.ts";

/** Communication takes longer. */
export const linkSlow: FaultKind<Extract<DatedFaultSpec, { kind: "link-slow" }>> = {
  symptom: SILENT,
  slows: "network",
  breaks: "gpu",
  overYears: { not: "what slow links cost depends on each step: a run shows it" },
  struck: ({ ranks }) => ({ ranks: rising(ranks) }),
};
