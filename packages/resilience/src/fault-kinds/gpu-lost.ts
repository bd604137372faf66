import type { DatedFaultSpec } from "@tokenyard/scenario";
import { type FaultKind, rising } from "./fault-kind.ts";

/** GPUs are gone with their processes. */
export const gpuLost: FaultKind<Extract<DatedFaultSpec, { kind: "gpu-lost" }>> = {
  symptom: { isGone: true, withNode: false, raisesError: false },
  breaks: "gpu",
  overYears: { not: "how often GPUs are lost is availability.mtbfPerGpu" },
  struck: ({ ranks }) => ({ ranks: rising(ranks) }),
};
