import type { Scenario } from "@tokenyard/scenario";

/** Whether experts may be without a slot for some time of a run. */
export function mayMask({ model, faults = [], health }: Scenario): boolean {
  const shrinks = health?.onLoss.kind === "shrink" || health?.onLoss.kind === "mask";
  return (
    model.experts !== undefined &&
    shrinks &&
    faults.some((fault) => fault.for !== 0 && fault.kind !== "gpu-slow" && fault.kind !== "link-slow")
  );
}
