import type { DatedFaultSpec } from "@tokenyard/scenario";
import { type FaultKind, rising, SILENT } from "./fault-kind.ts";

/** Kernels take longer. */
export const gpuSlow: FaultKind<Extract<DatedFaultSpec, { kind: "gpu-slow" }>> = {
  symptom: SILENT,
  slows: "compute",
  breaks: "gpu",
  overYears: { cause: "slow" },
  struck: ({ ranks }) => ({ ranks: rising(ranks) }),
};
