import type { Assumption } from "@tokenyard/scenario";

/** `cluster.gpu.launch (0 us to 4 us)`; `model.precision.weights (quant_method fp8)`; or the bare path. */
export function assumptionText(assumption: Assumption): string {
  if (typeof assumption === "string") return assumption;
  const more = "because" in assumption ? assumption.because : `${assumption.from} to ${assumption.to}`;
  return `${assumption.path} (${more})`;
}
