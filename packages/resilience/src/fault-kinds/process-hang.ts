import type { DatedFaultSpec } from "@tokenyard/scenario";
import { type FaultKind, rising, SILENT } from "./fault-kind.ts";

/** Processes answer probes and compute nothing. */
export const processHang: FaultKind<Extract<DatedFaultSpec, { kind: "process-hang" }>> = {
  symptom: SILENT,
  breaks: "gpu",
  overYears: { not: "how often processes hang is availability.hangs" },
  struck: ({ ranks }) => ({ ranks: rising(ranks) }),
};
